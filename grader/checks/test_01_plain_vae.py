"""Checks of lesson 01: the plain VAE."""

from __future__ import annotations

import math

import torch

from grader.checks import fitting, loops, networks, oracles, probes, sampling, trained, vae_checks
from grader.checks.contracts import assert_nothing_changed, gradients_of
from grader.checks.support import assert_matches, assert_tensor, expect, worth

ENCODER = networks.Kind("Encoder", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})
DECODER = networks.Kind("Decoder", {"latent_dim": 5, "hidden_dim": 9, "output_dim": 11})
VAE = networks.Kind("VAE", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})


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

    @worth(1)
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

    @worth(1)
    def test_images_apart(self, student, draw):
        """treats each image by itself, always in the same way, and leaves it as it is"""
        networks.assert_images_apart(student, ENCODER, draw.uniform(5, 11))

    @worth(1)
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

    @worth(1)
    def test_fresh_draws(self, student, draw):
        """draws anew in every call, from torch's global generator"""
        mu, log_var = draw(4, 3), draw(4, 3)
        sampling.assert_fresh_draws(student.run(_draw_three_times, mu, log_var))

    @worth(1)
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

    @worth(1)
    def test_codes_apart(self, student, draw):
        """treats each code by itself, always in the same way, and leaves it as it is"""
        networks.assert_images_apart(student, DECODER, draw(5, 5))

    @worth(1)
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        networks.assert_parameters(student, DECODER, draw(30, 5), [draw(30, 11)])


class TestKLDivergence:
    """The KL divergence from q(z|x) to the standard normal prior."""

    @worth(3)
    def test_closed_form(self, student, draw):
        """agrees with torch.distributions.kl_divergence, one number per image"""
        mu, log_var = draw(5, 7), draw(5, 7)
        result, again = student.kl_divergence(mu, log_var), student.kl_divergence(mu, log_var)
        expect(
            not isinstance(result, torch.Tensor) or torch.equal(result, again),
            "Two calls gave different numbers: the closed form has no noise, nothing needs to be sampled.",
            "kl-estimated-by-sampling",
        )
        suspects = oracles.kl_suspects(mu, log_var)
        assert_matches(result, oracles.gaussian_kl(mu, log_var), what="the KL", suspects=suspects)

    @worth(1)
    def test_mean_term(self, student, draw):
        """is ½ Σ mu² where the variance is 1"""
        mu = 2 * draw(4, 6)
        result = student.kl_divergence(mu, torch.zeros(4, 6))
        assert_matches(result, mu.double().square().sum(1) / 2, what="the KL of N(mu, 1)")

    @worth(1)
    def test_variance_term(self, student, draw):
        """is ½ Σ (exp(log_var) − 1 − log_var) where the mean is 0"""
        log_var = 2 * draw(4, 6)
        expected = (torch.expm1(log_var.double()) - log_var).sum(1) / 2
        assert_matches(student.kl_divergence(torch.zeros(4, 6), log_var), expected, what="the KL of N(0, exp(log_var))")

    @worth(1)
    def test_prior(self, student):
        """is 0 at the prior, and only there"""
        result = student.kl_divergence(torch.zeros(3, 5), torch.zeros(3, 5))
        assert_matches(result, torch.zeros(3), what="the KL at the prior")
        above = assert_tensor(student.kl_divergence(torch.full((3, 5), 0.2), torch.full((3, 5), -0.2)), (3,))
        expect((above > 0).all(), "The KL of anything but the prior must be above 0.")

    @worth(1)
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image, and any number of latents"""
        for latents in (1, 6):
            mu, log_var = draw(1, latents), draw(1, latents)
            assert_matches(student.kl_divergence(mu, log_var), oracles.gaussian_kl(mu, log_var))

    @worth(1)
    def test_extremes(self, student, draw):
        """stays finite and exact for log_var = ±20"""
        mu, log_var = draw(4, 3), torch.tensor([[20.0, 0.3, -20.0]]).expand(4, 3).contiguous()
        for columns in ([0, 1], [1, 2]):
            part = (mu[:, columns], log_var[:, columns])
            assert_matches(student.kl_divergence(*part), oracles.gaussian_kl(*part))

    @worth(2)
    def test_gradients(self, student, draw):
        """has the gradients mu and (exp(log_var) − 1)/2"""
        mu, log_var, weights = draw(5, 4), draw(5, 4), draw(5)
        _, (by_mu, by_log_var) = gradients_of(
            student, "kl_divergence", weights, mu, log_var, needed=(0, 1), what="the KL"
        )
        assert_matches(by_mu, mu * weights[:, None], what="dKL/dmu, weighted,")
        assert_matches(by_log_var, torch.expm1(log_var) / 2 * weights[:, None], what="dKL/dlog_var, weighted,")

    @worth(1)
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "kl_divergence", draw(4, 3), draw(4, 3))


class TestReconstructionLoss:
    """The reconstruction loss is −log p(x|z) under independent Bernoulli pixels."""

    @worth(3)
    def test_cross_entropy(self, student, draw):
        """is the binary cross-entropy summed over pixels, one number per image"""
        x_hat, x = draw.uniform(5, 9), draw.uniform(5, 9)
        suspects = oracles.bce_suspects(x_hat, x)
        assert_matches(
            student.reconstruction_loss(x_hat, x), oracles.bernoulli_nll(x_hat, x), what="the loss", suspects=suspects
        )

    @worth(1)
    def test_one_half(self, student, draw):
        """is D ln 2 for x_hat = ½, whatever the image"""
        pixels = int(draw.integers(5, 30, 1))
        expected = torch.full((3,), pixels * math.log(2))
        suspects = {
            "bce-mean-over-pixels": expected / pixels,
            "bce-in-bits": expected / math.log(2),
            "bce-sign": -expected,
        }
        result = student.reconstruction_loss(torch.full((3, pixels), 0.5), draw.uniform(3, pixels))
        assert_matches(result, expected, what="the loss of x_hat = ½", suspects=suspects)

    @worth(1)
    def test_ink_and_paper(self, student, draw):
        """is right for images of pure 0s and 1s, and for confident predictions"""
        x = draw.bits(4, 12)
        x_hat = torch.where(draw.uniform(4, 12) < 0.5, 1e-3, 1 - 1e-3)
        assert_matches(student.reconstruction_loss(x_hat, x), oracles.bernoulli_nll(x_hat, x), rtol=1e-3)

    @worth(1)
    def test_edges(self, student, draw):
        """stays finite, with finite gradients, where x_hat is exactly 0 or 1"""
        x_hat, x = draw.bits(6, 8), draw.bits(6, 8)
        x[0] = x_hat[0]
        seen = student.run(probes.gradients, "reconstruction_loss", torch.ones(6), x_hat, x)
        result, gradients = seen["result"], seen["gradients"]
        expect(
            isinstance(result, torch.Tensor) and result.isfinite().all(),
            "The loss is infinite or `nan` where x_hat is exactly 0 or 1: a hand-written logarithm needs a clamp.",
            "log-of-zero",
        )
        expect(gradients and gradients[0] is not None, "There is no gradient where x_hat is exactly 0 or 1.")
        expect(gradients[0].isfinite().all(), "Gradients are not finite where x_hat is exactly 0 or 1.")
        assert_tensor(result, (6,), "the loss")
        expect(
            result[0].abs() < 1e-2,
            f"A perfect prediction of a black-and-white image should cost 0, not {result[0]:.4g}.",
        )
        expect((result[1:] > 5).all(), "A certain but wrong prediction should be dear.")

    @worth(1)
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image, and any number of pixels"""
        for pixels in (1, 7):
            x_hat, x = draw.uniform(1, pixels), draw.uniform(1, pixels)
            assert_matches(student.reconstruction_loss(x_hat, x), oracles.bernoulli_nll(x_hat, x))

    @worth(2)
    def test_gradient(self, student, draw):
        """has the gradient (x_hat − x) / (x_hat (1 − x_hat))"""
        x_hat, x, weights = draw.uniform(5, 6), draw.uniform(5, 6), draw(5)
        _, (by_x_hat,) = gradients_of(student, "reconstruction_loss", weights, x_hat, x, needed=(0,), what="the loss")
        expected = (x_hat - x) / (x_hat * (1 - x_hat)) * weights[:, None]
        assert_matches(by_x_hat, expected, what="the gradient, weighted,", rtol=1e-3, atol=1e-4)

    @worth(1)
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "reconstruction_loss", draw.uniform(4, 6), draw.uniform(4, 6))


class TestNegativeElbo:
    """The negative ELBO is reconstruction plus KL, averaged over the batch."""

    @worth(3)
    def test_value(self, student, draw):
        """is the mean over images of reconstruction loss plus KL, in nats"""
        x, x_hat, mu, log_var = draw.uniform(5, 9), draw.uniform(5, 9), draw(5, 4), draw(5, 4)
        expected = (oracles.bernoulli_nll(x_hat, x) + oracles.gaussian_kl(mu, log_var)).mean()
        suspects = oracles.elbo_suspects(x, x_hat, mu, log_var)
        assert_matches(student.negative_elbo(x, x_hat, mu, log_var), expected, what="the loss", suspects=suspects)

    @worth(1)
    def test_reconstruction_alone(self, student, draw):
        """is the reconstruction loss alone where q is the prior"""
        x, x_hat, zeros = draw.uniform(4, 7), draw.uniform(4, 7), torch.zeros(4, 3)
        expected = oracles.bernoulli_nll(x_hat, x).mean()
        assert_matches(student.negative_elbo(x, x_hat, zeros, zeros), expected, what="the loss at KL = 0")

    @worth(1)
    def test_kl_alone(self, student, draw):
        """is D ln 2 + KL where x_hat = ½"""
        x, mu, log_var = draw.uniform(4, 7), draw(4, 3), draw(4, 3)
        expected = 7 * math.log(2) + oracles.gaussian_kl(mu, log_var).mean()
        result = student.negative_elbo(x, torch.full((4, 7), 0.5), mu, log_var)
        assert_matches(result, expected, what="the loss at x_hat = ½")

    @worth(1)
    def test_one_image(self, student, draw):
        """is a scalar for a single image too"""
        x, x_hat, mu, log_var = draw.uniform(1, 7), draw.uniform(1, 7), draw(1, 3), draw(1, 3)
        expected = (oracles.bernoulli_nll(x_hat, x) + oracles.gaussian_kl(mu, log_var)).mean()
        assert_matches(student.negative_elbo(x, x_hat, mu, log_var), expected, what="the loss of one image")

    @worth(1)
    def test_gradients(self, student, draw):
        """carries a graph to x_hat, mu and log_var"""
        x, x_hat, mu, log_var = draw.uniform(4, 7), draw.uniform(4, 7), draw(4, 3), draw(4, 3)
        given = (x, x_hat, mu, log_var)
        _, (by_x_hat, by_mu, by_log_var) = gradients_of(
            student, "negative_elbo", torch.tensor(1.0), *given, needed=(1, 2, 3), what="the loss"
        )
        assert_matches(by_x_hat, (x_hat - x) / (x_hat * (1 - x_hat)) / 4, what="dloss/dx_hat", rtol=1e-3, atol=1e-4)
        assert_matches(by_mu, mu / 4, what="dloss/dmu")
        assert_matches(by_log_var, torch.expm1(log_var) / 8, what="dloss/dlog_var")

    @worth(1)
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "negative_elbo", draw.uniform(4, 6), draw.uniform(4, 6), draw(4, 3), draw(4, 3))


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

    @worth(1)
    def test_encoder(self, student, draw):
        """gives what its encoder says, for each image by itself, and leaves modes and images alone"""
        vae_checks.assert_agrees_with_encoder(student, VAE.build(student), draw.uniform(5, 11))

    @worth(2)
    def test_draw_in_training(self, student, draw):
        """decodes a draw from N(mu, exp(log_var)) in training mode"""
        vae_checks.assert_decodes_draws(student, VAE, draw, training=True)

    @worth(1)
    def test_draw_in_evaluation(self, student, draw):
        """decodes a draw in evaluation mode too"""
        vae_checks.assert_decodes_draws(student, VAE, draw, training=False)

    @worth(1)
    def test_gradients(self, student, draw):
        """lets gradients flow from x_hat through the draw to every parameter"""
        vae_checks.assert_gradients_through_draw(student, VAE, draw)

    @worth(2)
    def test_sample(self, student, draw):
        """samples the decoder's pixel means of z from the prior"""
        vae_checks.assert_samples_prior(student, VAE.build(student), draw)

    @worth(1)
    def test_sample_form(self, student):
        """samples any number of images without a graph, and leaves modes alone"""
        vae_checks.assert_sample_form(student, VAE.build(student), 11)

    @worth(1)
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

    @worth(2)
    def test_training_mode(self, student, draw):
        """runs in training mode whatever the mode was, and restores it"""
        loops.assert_training_mode(student, draw)

    @worth(1)
    def test_losses_on_the_way(self, student, draw):
        """averages the losses that it meets while it trains"""
        loops.assert_losses_on_the_way(student, draw)

    @worth(1)
    def test_unchanged(self, student, draw):
        """takes a list or any iterable of batches, and changes neither these nor global modes"""
        loops.assert_batches_kept(student, draw, "train_epoch", learning_rate=0.1)


class TestEvaluate:
    """The mean loss per image on data that is not trained on."""

    @worth(2)
    def test_value(self, student, draw):
        """returns the mean loss per image as a Python float, the smaller last batch counted as what it is"""
        loops.assert_epoch_value(student, draw, "evaluate")

    @worth(1)
    def test_no_graph(self, student, draw):
        """computes without gradients"""
        loops.assert_no_graph(student, draw)

    @worth(2)
    def test_evaluation_mode(self, student, draw):
        """runs in evaluation mode, and restores the mode it found"""
        loops.assert_evaluation_mode(student, draw)

    @worth(1)
    def test_learns_nothing(self, student, draw):
        """leaves the weights as they are"""
        loops.assert_learns_nothing(student, draw)

    @worth(1)
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

    @worth(1)
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
