"""Checks of lesson 01: the plain VAE. Those of its training stand in `checks_of_training`."""

from __future__ import annotations

import torch

from grader.checks.kit import decoders, learning, networks
from grader.checks.kit.contracts import assert_nothing_changed
from grader.checks.kit.vocabulary import worth
from grader.checks.plain_vae import heads, losses, reparameterization, vae
from grader.checks.plain_vae.checks_of_training import TestEvaluate as TestEvaluate
from grader.checks.plain_vae.checks_of_training import TestFit as TestFit
from grader.checks.plain_vae.checks_of_training import TestTrainedVAE as TestTrainedVAE
from grader.checks.plain_vae.checks_of_training import TestTrainEpoch as TestTrainEpoch

ENCODER = networks.NetworkSpec("Encoder", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})
DECODER = networks.NetworkSpec("Decoder", {"latent_dim": 5, "hidden_dim": 9, "output_dim": 11})
VAE = networks.NetworkSpec("VAE", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})
OUTPUTS = ("x_hat", "mu", "log_var")


class TestEncoder:
    """The encoder gives a Gaussian over codes for each image."""

    @worth(1)
    def test_learns(self, student, draw):
        """learns a function of every pixel that it is taught in a few steps"""
        learning.assert_learns(student, ENCODER, draw.bits(128, 11), draw)

    @worth(0.5, after=["learns"])
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, and gives mu and log_var of shape (B, latent_dim)"""
        networks.assert_takes_sizes(student, ENCODER, draw.uniform(4, 11), [(4, 5), (4, 5)], ("mu", "log_var"))

    @worth(0.5, after=["learns"])
    def test_defaults(self, student, draw):
        """has the defaults 784, 400 and 20, and works on a single image"""
        networks.assert_defaults(student, ENCODER, draw.uniform(1, 784), [(1, 20), (1, 20)], ("mu", "log_var"))

    @worth(1, after=["learns"])
    def test_two_heads(self, student, draw):
        """has a head of its own for log_var"""
        heads.assert_two_heads(student, ENCODER, draw)

    @worth(0.5, after=["learns"])
    def test_affine_heads(self, student, draw):
        """can give any real number: both heads are affine"""
        heads.assert_affine_heads(student, ENCODER, draw)

    @worth(3, after=["learns"])
    def test_hidden_layer(self, student, draw):
        """has one hidden layer of hidden_dim units with a nonlinearity"""
        networks.assert_hidden_layer(student, ENCODER, draw.uniform(60, 11), draw.uniform(60, 11))

    @worth(0.5, after=["learns"])
    def test_images_apart(self, student, draw):
        """handles each image on its own, always in the same way, and leaves its input unchanged"""
        networks.assert_images_apart(student, ENCODER, draw.uniform(5, 11))

    @worth(1, after=["learns"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        networks.assert_parameters(student, ENCODER, draw.uniform(30, 11), [draw(30, 5), draw(30, 5)])


class TestReparameterize:
    """Drawing a code so that gradients get through."""

    @worth(0.5, after=["distribution", "own_noise"])
    def test_shape(self, student, draw):
        """gives finite codes of shape (B, L), also for a single image and for extreme variances"""
        reparameterization.assert_shape(student, draw)

    @worth(3)
    def test_distribution(self, student, draw):
        """draws from the Gaussian with mean mu and variance exp(log_var)"""
        reparameterization.assert_distribution(student, draw)

    @worth(1.5)
    def test_own_noise(self, student, draw):
        """gives every image and every latent its own noise"""
        reparameterization.assert_own_noise(student, draw)

    @worth(4, after=["distribution", "own_noise"])
    def test_gradients(self, student, draw):
        """lets gradients reach mu (dz/dmu = 1) and log_var (dz/dlog_var = (z − mu)/2)"""
        reparameterization.assert_gradients(student, draw)

    @worth(0.5, after=["distribution", "own_noise"])
    def test_fresh_draws(self, student, draw):
        """draws anew in every call, from torch's global generator"""
        reparameterization.assert_fresh_draws(student, draw)

    @worth(0.5, after=["distribution", "own_noise"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "reparameterize", draw(4, 3), draw(4, 3))


class TestDecoder:
    """The decoder gives the probability of ink at every pixel, for each code."""

    @worth(1)
    def test_learns(self, student, draw):
        """learns a function of every latent that it is taught in a few steps"""
        learning.assert_learns(student, DECODER, draw(128, 5), draw)

    @worth(0.5, after=["learns"])
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, and gives x_hat of shape (B, output_dim)"""
        networks.assert_takes_sizes(student, DECODER, draw(4, 5), [(4, 11)], ("x_hat",))

    @worth(0.5, after=["learns"])
    def test_defaults(self, student, draw):
        """has the defaults 20, 400 and 784, and works on a single code"""
        networks.assert_defaults(student, DECODER, draw(1, 20), [(1, 784)], ("x_hat",))

    @worth(1, after=["learns"])
    def test_pixels(self, student, draw):
        """gives each pixel its own number between 0 and 1, over the whole range"""
        decoders.assert_pixels(torch.cat([x_hat for (x_hat,) in DECODER.outputs(student, draw(100, 5), 3.0, times=5)]))
        far = 4 + 4 * draw.uniform(8, 5)
        decoders.assert_far_codes(student, DECODER, far, 2 * far)

    @worth(2.5, after=["learns"])
    def test_hidden_layer(self, student, draw):
        """has one hidden layer of hidden_dim units with a nonlinearity"""
        networks.assert_hidden_layer(student, DECODER, 2 * draw(60, 5), 2 * draw(60, 5))

    @worth(0.5, after=["learns"])
    def test_codes_apart(self, student, draw):
        """handles each code on its own, always in the same way, and leaves its input unchanged"""
        networks.assert_images_apart(student, DECODER, draw(5, 5))

    @worth(1, after=["learns"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        networks.assert_parameters(student, DECODER, draw(30, 5), [draw(30, 11)])


class TestKLDivergence:
    """The KL divergence from q(z|x) to the standard normal prior."""

    @worth(3)
    def test_closed_form(self, student, draw):
        """agrees with torch.distributions.kl_divergence, one number per image"""
        losses.assert_closed_form(student, draw)

    @worth(1)
    def test_mean_term(self, student, draw):
        """is ½ Σ mu² where the variance is 1"""
        losses.assert_mean_term(student, draw)

    @worth(1)
    def test_variance_term(self, student, draw):
        """is ½ Σ (exp(log_var) − 1 − log_var) where the mean is 0"""
        losses.assert_variance_term(student, draw)

    @worth(1)
    def test_prior(self, student):
        """is 0 at the prior, and only there"""
        losses.assert_zero_at_prior(student)

    @worth(0.5, after=["closed_form", "mean_term", "variance_term"])
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image, with any number of latents"""
        losses.assert_kl_of_one_image(student, draw)

    @worth(1)
    def test_extremes(self, student, draw):
        """stays finite and exact for log_var = ±20"""
        losses.assert_extremes(student, draw)

    @worth(3, after=["closed_form", "mean_term", "variance_term"])
    def test_gradients(self, student, draw):
        """has the gradients mu and (exp(log_var) − 1)/2"""
        losses.assert_kl_gradients(student, draw)

    @worth(0.5, after=["closed_form", "mean_term", "variance_term"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "kl_divergence", draw(4, 3), draw(4, 3))


class TestReconstructionLoss:
    """The reconstruction loss is −log p(x|z) under independent Bernoulli pixels."""

    @worth(3)
    def test_cross_entropy(self, student, draw):
        """is the binary cross-entropy summed over pixels, one number per image"""
        losses.assert_cross_entropy(student, draw)

    @worth(0.5, after=["cross_entropy", "ink_and_paper"])
    def test_one_half(self, student, draw):
        """is D ln 2 for x_hat = ½, whatever the image"""
        losses.assert_one_half(student, draw)

    @worth(1)
    def test_ink_and_paper(self, student, draw):
        """is right for images of pure 0s and 1s, and for confident predictions"""
        losses.assert_ink_and_paper(student, draw)

    @worth(1, after=["cross_entropy", "ink_and_paper"])
    def test_edges(self, student, draw):
        """stays finite, with finite gradients, where x_hat is exactly 0 or 1"""
        losses.assert_edges(student, draw)

    @worth(0.5)
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image, with any number of pixels"""
        losses.assert_reconstruction_of_one_image(student, draw)

    @worth(3, after=["cross_entropy", "ink_and_paper"])
    def test_gradient(self, student, draw):
        """has the gradient (x_hat − x) / (x_hat (1 − x_hat))"""
        losses.assert_reconstruction_gradient(student, draw)

    @worth(1, after=["cross_entropy", "ink_and_paper"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "reconstruction_loss", losses.to_the_edges(draw), draw.uniform(4, 6))


class TestNegativeElbo:
    """The negative ELBO is reconstruction plus KL, averaged over the batch."""

    @worth(3)
    def test_value(self, student, draw):
        """is the mean over images of reconstruction loss plus KL, in nats"""
        losses.assert_elbo_value(student, draw)

    @worth(0.5)
    def test_reconstruction_alone(self, student, draw):
        """is the reconstruction loss alone where q is the prior"""
        losses.assert_reconstruction_alone(student, draw)

    @worth(0.5)
    def test_kl_alone(self, student, draw):
        """is D ln 2 + KL where x_hat = ½"""
        losses.assert_kl_alone(student, draw)

    @worth(0.5)
    def test_one_image(self, student, draw):
        """is a scalar for a single image too"""
        losses.assert_elbo_of_one_image(student, draw)

    @worth(3, after=["value", "reconstruction_alone", "kl_alone"])
    def test_gradients(self, student, draw):
        """keeps the graph to x_hat, mu and log_var"""
        losses.assert_elbo_gradients(student, draw)

    @worth(0.5, after=["value", "reconstruction_alone", "kl_alone"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        given = (draw.uniform(4, 6), losses.to_the_edges(draw), draw(4, 3), draw(4, 3))
        assert_nothing_changed(student, "negative_elbo", *given)


class TestVAE:
    """The whole model: encode, draw, decode."""

    @worth(0.5, after=["draw_in_training", "sample"])
    def test_outputs(self, student, draw):
        """returns x_hat, mu and log_var, in this order, for sizes by position and by keyword"""
        networks.assert_takes_sizes(student, VAE, draw.uniform(4, 11), [(4, 11), (4, 5), (4, 5)], OUTPUTS)

    @worth(0.5, after=["draw_in_training", "sample"])
    def test_defaults(self, student, draw):
        """has the defaults 784, 400 and 20, and works on a single image"""
        networks.assert_defaults(student, VAE, draw.uniform(1, 784), [(1, 784), (1, 20), (1, 20)], OUTPUTS)

    @worth(1, after=["draw_in_training", "sample"])
    def test_encoder(self, student, draw):
        """returns its encoder's mu and log_var, each image on its own, and leaves modes and images alone"""
        vae.assert_agrees_with_encoder(student, VAE.build(student), draw.uniform(5, 11))

    @worth(2)
    def test_draw_in_training(self, student, draw):
        """decodes a draw from N(mu, exp(log_var)) in training mode"""
        vae.assert_decodes_draws(student, VAE, draw, training=True)

    @worth(1)
    def test_draw_in_evaluation(self, student, draw):
        """decodes a draw in evaluation mode too"""
        vae.assert_decodes_draws(student, VAE, draw, training=False)

    @worth(2, after=["draw_in_training", "sample"])
    def test_gradients(self, student, draw):
        """lets gradients flow from x_hat through the draw to every parameter"""
        vae.assert_gradients_through_draw(student, VAE, draw)

    @worth(2)
    def test_sample(self, student, draw):
        """samples by decoding z from the prior, and returns pixel means"""
        learning.assert_size(student, VAE)
        vae.assert_samples_prior(student, VAE.build(student), draw)

    @worth(1, after=["draw_in_training", "sample"])
    def test_sample_form(self, student):
        """samples any number of images without a graph, and leaves modes alone"""
        vae.assert_sample_form(student, VAE.build(student), 11)

    @worth(1, after=["draw_in_training", "sample"])
    def test_parameters(self, student, draw):
        """has all its parts registered, both with hidden_dim hidden units"""
        vae.assert_widths(student, VAE, draw)
        networks.assert_parameters(student, VAE, draw.uniform(30, 11), [draw(30, 11), draw(30, 5), draw(30, 5)])
