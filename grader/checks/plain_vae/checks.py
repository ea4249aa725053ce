"""Checks of lesson 01: the plain VAE."""

from __future__ import annotations

import torch

from grader.checks.kit import networks, sampling
from grader.checks.kit.contracts import assert_nothing_changed, gradients_of
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect, worth
from grader.checks.plain_vae import fitting, loops, trained, vae
from grader.checks.plain_vae.losses import TestKLDivergence, TestNegativeElbo, TestReconstructionLoss

__all__ = ["TestKLDivergence", "TestNegativeElbo", "TestReconstructionLoss"]  # the rest of the lesson's checks is below

ENCODER = networks.NetworkSpec("Encoder", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})
DECODER = networks.NetworkSpec("Decoder", {"latent_dim": 5, "hidden_dim": 9, "output_dim": 11})
VAE = networks.NetworkSpec("VAE", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})


class TestEncoder:
    """The encoder names a Gaussian over codes for each image."""

    @worth(1)
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, and gives mu and log_var of shape (B, latent_dim)"""
        networks.assert_takes_sizes(student, ENCODER, draw.uniform(4, 11), [(4, 5), (4, 5)], ("mu", "log_var"))

    @worth(1)
    def test_defaults(self, student, draw):
        """has the defaults 784, 400 and 20, and works on a single image"""
        networks.assert_defaults(student, ENCODER, draw.uniform(1, 784), [(1, 20), (1, 20)], ("mu", "log_var"))

    @worth(1, after=["affine_heads", "hidden_layer"])
    def test_two_heads(self, student, draw):
        """has a head of its own for log_var"""
        mu, log_var = ENCODER.outputs(student, draw.uniform(40, 11))
        expect(
            not torch.allclose(mu, log_var),
            "`mu` and `log_var` are always equal: each needs its own head.",
            "heads-shared",
        )

    @worth(2)
    def test_affine_heads(self, student, draw):
        """can give any real numbers: both heads are affine"""
        x = draw.uniform(40, 11)
        moderate = [ENCODER.outputs(student, x, 2.0) for _ in range(8)]
        for head, name in enumerate(("mu", "log_var")):
            networks.assert_both_signs(torch.cat([pair[head] for pair in moderate]), name)
        large = [ENCODER.outputs(student, x, 20.0) for _ in range(2)]
        for head, name in enumerate(("mu", "log_var")):
            networks.assert_unbounded(torch.cat([pair[head] for pair in moderate + large]), name)

    @worth(1)
    def test_hidden_layer(self, student, draw):
        """has one hidden layer of hidden_dim units with a nonlinearity"""
        networks.assert_hidden_layer(student, ENCODER, draw.uniform(60, 11), draw.uniform(60, 11))

    @worth(1, after=["affine_heads", "hidden_layer"])
    def test_images_apart(self, student, draw):
        """treats each image by itself, always in the same way, and leaves it as it is"""
        networks.assert_images_apart(student, ENCODER, draw.uniform(5, 11))

    @worth(1, after=["affine_heads", "hidden_layer"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        networks.assert_parameters(student, ENCODER, draw.uniform(30, 11), [draw(30, 5), draw(30, 5)])


class TestReparameterize:
    """The draw of a code that lets gradients through."""

    @worth(1)
    def test_shape(self, student, draw):
        """gives finite codes of shape (B, L), for one image too, and for extreme variances"""
        assert_tensor(student.reparameterize(draw(1, 3), draw(1, 3)), (1, 3), "z")
        extreme = torch.tensor([[-20.0, 20.0, 0.3]]).expand(4, 3)
        assert_tensor(student.reparameterize(draw(4, 3), extreme), (4, 3), "z for log_var = ±20")

    @worth(3)
    def test_distribution(self, student, draw):
        """draws from the Gaussian with mean mu and variance exp(log_var)"""
        mu, log_var = draw(sampling.GROUPS, 4), draw(sampling.GROUPS, 4)
        sampling.assert_gaussian_codes(_codes(student, mu, log_var, 8000), mu, log_var)

    @worth(2)
    def test_own_noise(self, student, draw):
        """gives every image and every latent its own noise"""
        mu, log_var = draw(sampling.GROUPS, 4), draw(sampling.GROUPS, 4)
        noise, again = (
            (_codes(student, mu, log_var, 4000) - sampling.repeated(mu, 4000))
            / sampling.repeated((log_var / 2).exp(), 4000)
            for _ in range(2)
        )
        sampling.assert_own_noise(noise, changes=not torch.equal(noise, again))

    @worth(2)
    def test_gradients(self, student, draw):
        """lets gradients reach mu (dz/dmu = 1) and log_var (dz/dlog_var = (z − mu)/2)"""
        mu, log_var, weights = draw(6, 5), draw(6, 5), draw(6, 5)
        z, (by_mu, by_log_var) = gradients_of(
            student,
            "reparameterize",
            weights,
            mu,
            log_var,
            needed=(0, 1),
            what="z",
            misconception="sample-detached",
        )
        assert_tensor(z, (6, 5), "z")
        assert_matches(by_mu, weights, what="dz/dmu, weighted,")
        noise = (z - mu) * weights
        suspects = {"std-without-half": noise}
        assert_matches(by_log_var, noise / 2, what="dz/dlog_var, weighted,", suspects=suspects, atol=1e-4)

    @worth(1, after=["distribution", "own_noise"])
    def test_fresh_draws(self, student, draw):
        """draws anew in every call, from torch's global generator"""
        mu, log_var = draw(4, 3), draw(4, 3)
        sampling.assert_fresh_draws(student.run(_draw_three_times, mu, log_var))

    @worth(1, after=["distribution", "own_noise"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "reparameterize", draw(4, 3), draw(4, 3))


class TestDecoder:
    """The decoder gives the probability of ink at every pixel, for each code."""

    @worth(1)
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, and gives x_hat of shape (B, output_dim)"""
        networks.assert_takes_sizes(student, DECODER, draw(4, 5), [(4, 11)], ("x_hat",))

    @worth(1)
    def test_defaults(self, student, draw):
        """has the defaults 20, 400 and 784, and works on a single code"""
        networks.assert_defaults(student, DECODER, draw(1, 20), [(1, 784)], ("x_hat",))

    @worth(2)
    def test_pixels(self, student, draw):
        """gives numbers between 0 and 1, each pixel for itself, over the whole range"""
        values = torch.cat([DECODER.outputs(student, draw(100, 5), 3.0)[0] for _ in range(5)])
        networks.assert_pixels(values)

    @worth(1)
    def test_hidden_layer(self, student, draw):
        """has one hidden layer of hidden_dim units with a nonlinearity"""
        networks.assert_hidden_layer(student, DECODER, 2 * draw(60, 5), 2 * draw(60, 5))

    @worth(1, after=["pixels", "hidden_layer"])
    def test_codes_apart(self, student, draw):
        """treats each code by itself, always in the same way, and leaves it as it is"""
        networks.assert_images_apart(student, DECODER, draw(5, 5))

    @worth(1, after=["pixels", "hidden_layer"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        networks.assert_parameters(student, DECODER, draw(30, 5), [draw(30, 11)])


class TestVAE:
    """The whole model: encode, draw, decode."""

    @worth(1)
    def test_outputs(self, student, draw):
        """returns x_hat, mu and log_var, in this order, for sizes by position and by keyword"""
        networks.assert_takes_sizes(
            student, VAE, draw.uniform(4, 11), [(4, 11), (4, 5), (4, 5)], ("x_hat", "mu", "log_var")
        )

    @worth(1)
    def test_defaults(self, student, draw):
        """has the defaults 784, 400 and 20, and works on a single image"""
        shapes = [(1, 784), (1, 20), (1, 20)]
        networks.assert_defaults(student, VAE, draw.uniform(1, 784), shapes, ("x_hat", "mu", "log_var"))

    @worth(1, after=["draw_in_training", "sample"])
    def test_encoder(self, student, draw):
        """gives what its encoder says, for each image by itself, and leaves modes and images alone"""
        vae.assert_agrees_with_encoder(student, VAE.build(student), draw.uniform(5, 11))

    @worth(2)
    def test_draw_in_training(self, student, draw):
        """decodes a draw from N(mu, exp(log_var)) in training mode"""
        vae.assert_decodes_draws(student, VAE, draw, training=True)

    @worth(1)
    def test_draw_in_evaluation(self, student, draw):
        """decodes a draw in evaluation mode too"""
        vae.assert_decodes_draws(student, VAE, draw, training=False)

    @worth(1, after=["draw_in_training", "sample"])
    def test_gradients(self, student, draw):
        """lets gradients flow from x_hat through the draw to every parameter"""
        vae.assert_gradients_through_draw(student, VAE, draw)

    @worth(2)
    def test_sample(self, student, draw):
        """samples the decoder's pixel means of z from the prior"""
        vae.assert_samples_prior(student, VAE.build(student), draw)

    @worth(1, after=["draw_in_training", "sample"])
    def test_sample_form(self, student):
        """samples any number of images without a graph, and leaves modes alone"""
        vae.assert_sample_form(student, VAE.build(student), 11)

    @worth(1, after=["draw_in_training", "sample"])
    def test_parameters(self, student, draw):
        """has all its parts registered"""
        networks.assert_parameters(student, VAE, draw.uniform(30, 11), [draw(30, 11), draw(30, 5), draw(30, 5)])


class TestTrainEpoch:
    """One pass over the data, with one optimizer step for each batch."""

    @worth(3)
    def test_value(self, student, draw):
        """returns the mean loss per image as a Python float, the smaller last batch counted as what it is"""
        loops.assert_epoch_value(student, draw, "train_epoch", learning_rate=0.0)

    @worth(3)
    def test_steps(self, student, draw):
        """makes one step of gradient descent for each batch"""
        loops.assert_steps(student, draw)

    @worth(2, after=["value", "steps"])
    def test_training_mode(self, student, draw):
        """runs in training mode whatever the mode was, and restores it"""
        loops.assert_training_mode(student, draw)

    @worth(1)
    def test_losses_on_the_way(self, student, draw):
        """averages the losses that it meets while it trains"""
        loops.assert_losses_on_the_way(student, draw)

    @worth(1, after=["value", "steps"])
    def test_unchanged(self, student, draw):
        """takes a list or any iterable of batches, and changes neither these nor global modes"""
        loops.assert_batches_kept(student, draw, "train_epoch", learning_rate=0.1)


class TestEvaluate:
    """The mean loss per image on data that is not trained on."""

    @worth(1)
    def test_equal_batches(self, student, draw):
        """returns the mean loss per image as a Python float"""
        loops.assert_epoch_value(student, draw, "evaluate", sizes=(4, 4, 4))

    @worth(1)
    def test_value(self, student, draw):
        """counts a smaller last batch as what it is"""
        loops.assert_epoch_value(student, draw, "evaluate")

    @worth(1, after=["value", "equal_batches"])
    def test_no_graph(self, student, draw):
        """computes without gradients"""
        loops.assert_no_graph(student, draw)

    @worth(2, after=["value", "equal_batches"])
    def test_evaluation_mode(self, student, draw):
        """runs in evaluation mode, and restores the mode it found"""
        loops.assert_evaluation_mode(student, draw)

    @worth(1, after=["value", "equal_batches"])
    def test_learns_nothing(self, student, draw):
        """leaves the weights as they are"""
        loops.assert_learns_nothing(student, draw)

    @worth(1, after=["value", "equal_batches"])
    def test_unchanged(self, student, draw):
        """takes a list or any iterable of batches, and changes neither these nor global modes"""
        loops.assert_batches_kept(student, draw, "evaluate")


class TestFit:
    """Training with early stopping: when to stop, and which weights to keep."""

    @worth(2)
    def test_history(self, student, draw):
        """returns the training and test loss of each epoch as lists of floats"""
        fitting.assert_history(student, draw)

    @worth(2)
    def test_patience(self, student, draw):
        """stops after `patience` epochs in a row without a lower test loss"""
        fitting.assert_patience(student, draw)

    @worth(1)
    def test_in_a_row(self, student, draw):
        """counts only epochs in a row"""
        fitting.assert_counts_in_a_row(student, draw)

    @worth(1)
    def test_ties(self, student, draw):
        """does not take an equal test loss for a lower one"""
        fitting.assert_ties(student, draw)

    @worth(1)
    def test_best_after_stopping(self, student, draw):
        """leaves the best epoch's weights in the model after stopping early"""
        fitting.assert_best_after_stopping(student, draw)

    @worth(1)
    def test_best_at_the_end(self, student, draw):
        """leaves the best epoch's weights in the model when all epochs are done"""
        fitting.assert_best_at_the_end(student, draw)

    @worth(1)
    def test_best_after_interrupt(self, student, draw):
        """leaves the best epoch's weights in the model when an interrupt or an error ends it"""
        fitting.assert_best_after_interrupt(student, draw)

    @worth(1, after=["history", "patience", "best_at_the_end"])
    def test_unchanged(self, student, draw):
        """leaves the model's and the global modes as they were"""
        fitting.assert_modes_unchanged(student, draw)


class TestTrainedVAE:
    """Your own model, on digits that it has not seen."""

    @worth(3)
    def test_bound(self, student, draw, digits):
        """reaches a good negative ELBO on held-out digits"""
        trained.assert_bound(student, draw, digits)

    @worth(2)
    def test_codes(self, student, draw, digits):
        """writes into its codes what tells one image from another"""
        trained.assert_codes_used(student, draw, digits)

    @worth(2)
    def test_samples(self, student, draw):
        """makes samples that a classifier takes for digits, of many classes"""
        trained.assert_samples(student, draw)

    @worth(1)
    def test_samples_are_new(self, student, draw):
        """makes samples that are copies neither of stored images nor of one another"""
        trained.assert_samples_new(student, draw)


def _codes(student, mu, log_var, times):
    """Codes for each row of mu and log_var, `times` times over, in one batch."""
    batch = sampling.repeated(mu, times), sampling.repeated(log_var, times)
    return assert_tensor(student.reparameterize(*batch), tuple(batch[0].shape), "z")


def _draw_three_times(names, mu, log_var):
    """Two calls in a row, and one under the seed of the first; with the generator's state before and after each."""
    import torch

    codes, states = [], []
    for seed in (11, None, 11):
        if seed is not None:
            torch.manual_seed(seed)
        before = torch.get_rng_state()
        codes.append(names.reparameterize(mu.clone(), log_var.clone()))
        states.append([before, torch.get_rng_state()])
    return {"codes": codes, "states": states}
