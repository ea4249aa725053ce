"""Checks of lesson 03: the conditional VAE."""

from __future__ import annotations

import torch

from grader.checks.conditional_vae import codes, cvae, functions, loops, networks, trained
from grader.checks.kit.decoders import assert_far_codes, assert_pixels
from grader.checks.kit.heads import assert_any_size, assert_own_heads, assert_unbounded
from grader.checks.kit.learning import assert_learns
from grader.checks.kit.networks import assert_bends, assert_hidden_layer
from grader.checks.kit.trained_models import unseen
from grader.checks.kit.vocabulary import worth

ENCODER = networks.ConditionalSpec(
    "ConditionalEncoder", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5, "num_classes": 6}
)
DECODER = networks.ConditionalSpec(
    "ConditionalDecoder", {"latent_dim": 5, "hidden_dim": 9, "output_dim": 11, "num_classes": 6}
)
CVAE = networks.ConditionalSpec("CVAE", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5, "num_classes": 6})


class TestConditionalEncoder:
    """The encoder gives a Gaussian over codes for an image and its label."""

    @worth(1)
    def test_learns(self, student, draw):
        """learns a function of every pixel and of the label that it is taught in a few steps"""
        rows = ENCODER.join(draw.bits(160, 11), draw.integers(0, 6, 160))
        assert_learns(student, ENCODER, rows, draw)

    @worth(0.5, after=["learns"])
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, and gives mu and log_var of shape (B, latent_dim)"""
        c = networks.one_hot(draw.integers(0, 6, 4), 6)
        shapes = [(4, 5), (4, 5)]
        networks.assert_takes_sizes(student, ENCODER, draw.uniform(4, 11), c, shapes, ("mu", "log_var"))

    @worth(0.5, after=["learns"])
    def test_defaults(self, student, draw):
        """has the defaults 784, 400, 20 and 10 classes, and works on a single image"""
        networks.assert_defaults(student, ENCODER, draw.uniform(1, 784), [(1, 20), (1, 20)], ("mu", "log_var"))

    @worth(1, after=["learns"])
    def test_label(self, student, draw):
        """uses the image and the label: mu and log_var differ between classes, and between images of a class"""
        networks.assert_label_used(student, ENCODER, draw.uniform(5, 11), "code")

    @worth(1, after=["learns"])
    def test_kinds_not_amounts(self, student, draw):
        """treats classes as kinds, not as amounts"""
        networks.assert_kinds_not_amounts(student, ENCODER, draw.uniform(12, 11))

    @worth(2, after=["learns"])
    def test_heads(self, student, draw):
        """has two affine heads, which can give any real number"""
        rows = ENCODER.join(draw.uniform(40, 11), draw.integers(0, 6, 40))
        ((mu, log_var),) = ENCODER.outputs(student, rows, times=1)
        assert_own_heads(mu, log_var)
        values = [pair for gain in (2.0, 20.0) for pair in ENCODER.outputs(student, rows, gain, times=4)]
        huge = ENCODER.outputs(student, rows, 80.0, times=4)
        for head, name in enumerate(("mu", "log_var")):
            said = torch.cat([pair[head] for pair in values])
            assert_unbounded(said, name)
            assert_any_size(torch.cat([pair[head] for pair in huge]), name)

    @worth(2.5, after=["learns"])
    def test_hidden_layer(self, student, draw):
        """has one hidden layer of hidden_dim units with a nonlinearity, which sees the label"""
        labels = torch.full((60,), int(draw.integers(0, 6, 1)))
        one, other = (ENCODER.join(draw.uniform(60, 11), labels) for _ in range(2))
        networks.assert_both_heard(student, ENCODER, draw.uniform(60, 11), draw.integers(0, 6, 60))
        assert_bends(student, ENCODER, one, other)
        networks.assert_label_in_hidden_layer(student, ENCODER, draw.uniform(60, 11), draw.integers(0, 6, 60))
        assert_hidden_layer(student, ENCODER, one, other)

    @worth(0.5, after=["learns"])
    def test_images_apart(self, student, draw):
        """handles each image on its own, with its own label, and changes nothing it is given"""
        networks.assert_rows_apart(student, ENCODER, draw.uniform(6, 11), torch.arange(6))

    @worth(1, after=["learns"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        first, labels = draw.uniform(36, 11), torch.arange(36) % 6
        networks.assert_parameters(student, ENCODER, first, labels, [draw(36, 5), draw(36, 5)])


class TestConditionalDecoder:
    """The decoder gives the probability of ink at every pixel, for a code and a label."""

    @worth(1)
    def test_learns(self, student, draw):
        """learns a function of every latent and of the label that it is taught in a few steps"""
        rows = DECODER.join(draw(160, 5), draw.integers(0, 6, 160))
        assert_learns(student, DECODER, rows, draw)

    @worth(0.5, after=["learns"])
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, and gives x_hat of shape (B, output_dim)"""
        c = networks.one_hot(draw.integers(0, 6, 4), 6)
        networks.assert_takes_sizes(student, DECODER, draw(4, 5), c, [(4, 11)], ("x_hat",))

    @worth(0.5, after=["learns"])
    def test_defaults(self, student, draw):
        """has the defaults 20, 400, 784 and 10 classes, and works on a single code"""
        networks.assert_defaults(student, DECODER, draw(1, 20), [(1, 784)], ("x_hat",))

    @worth(2, after=["learns"])
    def test_label(self, student, draw):
        """uses the code and the label: images differ between classes, and between codes of a class"""
        networks.assert_label_used(student, DECODER, draw(5, 5), "image")

    @worth(1, after=["learns"])
    def test_kinds_not_amounts(self, student, draw):
        """treats classes as kinds, not as amounts"""
        networks.assert_kinds_not_amounts(student, DECODER, draw(12, 5))

    @worth(1, after=["learns"])
    def test_pixels(self, student, draw):
        """gives each pixel its own number between 0 and 1, over the whole range"""
        labels = draw.integers(0, 6, 100)
        images = DECODER.outputs(student, DECODER.join(draw(100, 5), labels), times=5)
        assert_pixels(torch.cat([x_hat for (x_hat,) in images]))
        far, c = 4 + 4 * draw.uniform(8, 5), draw.integers(0, 6, 8)
        assert_far_codes(student, DECODER, DECODER.join(far, c), DECODER.join(2 * far, c))

    @worth(2.5, after=["learns"])
    def test_hidden_layer(self, student, draw):
        """has one hidden layer of hidden_dim units with a nonlinearity, which sees the label"""
        labels = torch.full((60,), int(draw.integers(0, 6, 1)))
        one, other = (DECODER.join(2 * draw(60, 5), labels) for _ in range(2))
        networks.assert_both_heard(student, DECODER, draw(60, 5), draw.integers(0, 6, 60))
        assert_bends(student, DECODER, one, other)
        networks.assert_label_in_hidden_layer(student, DECODER, draw(60, 5), draw.integers(0, 6, 60))
        assert_hidden_layer(student, DECODER, one, other)

    @worth(0.5, after=["learns"])
    def test_codes_apart(self, student, draw):
        """handles each code on its own, with its own label, and changes nothing it is given"""
        networks.assert_rows_apart(student, DECODER, draw(6, 5), torch.arange(6))

    @worth(1, after=["learns"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and gradients reach every one"""
        networks.assert_parameters(student, DECODER, draw(36, 5), torch.arange(36) % 6, [draw(36, 11)])


class TestCVAE:
    """The whole model: encode, draw, decode, all under one label."""

    @worth(0.5, after=["draw_in_training"])
    def test_outputs(self, student, draw):
        """returns x_hat, mu and log_var, in this order, for sizes by position and by keyword"""
        c = networks.one_hot(draw.integers(0, 6, 4), 6)
        shapes, names = [(4, 11), (4, 5), (4, 5)], ("x_hat", "mu", "log_var")
        networks.assert_takes_sizes(student, CVAE, draw.uniform(4, 11), c, shapes, names)

    @worth(0.5, after=["draw_in_training"])
    def test_defaults(self, student, draw):
        """has the defaults 784, 400, 20 and 10 classes, and works on a single image"""
        shapes = [(1, 784), (1, 20), (1, 20)]
        networks.assert_defaults(student, CVAE, draw.uniform(1, 784), shapes, ("x_hat", "mu", "log_var"))

    @worth(2, after=["draw_in_training", "draw_in_evaluation", "label_in_encoder", "label_in_decoder"])
    def test_parts(self, student, draw):
        """has an encoder and a decoder that take the label, and keeps latent_dim and num_classes"""
        cvae.assert_parts(student, CVAE, draw)

    @worth(2)
    def test_label_in_encoder(self, student, draw):
        """lets the label change the code of an image"""
        cvae.assert_label_reaches(student, CVAE, draw, "encoder")

    @worth(2)
    def test_label_in_decoder(self, student, draw):
        """lets the label change the image of a code"""
        cvae.assert_label_reaches(student, CVAE, draw, "decoder")

    @worth(1, after=["draw_in_training", "label_in_decoder"])
    def test_encoder(self, student, draw):
        """returns its encoder's mu and log_var, each image with its own label, and leaves modes and arguments alone"""
        cvae.assert_agrees_with_encoder(student, CVAE, draw)

    @worth(2)
    def test_draw_in_training(self, student, draw):
        """decodes a draw from N(mu, exp(log_var)) under the image's label in training mode"""
        cvae.assert_decodes_draws(student, CVAE, draw, training=True)

    @worth(1)
    def test_draw_in_evaluation(self, student, draw):
        """decodes a draw in evaluation mode too"""
        cvae.assert_decodes_draws(student, CVAE, draw, training=False)

    @worth(2, after=["draw_in_training", "label_in_decoder"])
    def test_gradients(self, student, draw):
        """lets gradients flow from x_hat through the draw to every parameter"""
        cvae.assert_gradients_through_draw(student, CVAE, draw)

    @worth(1, after=["draw_in_training", "label_in_decoder"])
    def test_parameters(self, student, draw):
        """has all its parts registered, both with hidden_dim hidden units"""
        cvae.assert_widths(student, CVAE, draw)
        weights = [draw(36, 11), draw(36, 5), draw(36, 5)]
        networks.assert_parameters(student, CVAE, draw.uniform(36, 11), torch.arange(36) % 6, weights)


class TestGenerate:
    """New images of the classes that are asked for."""

    @worth(4)
    def test_classes(self, student, draw):
        """decodes image i under labels[i], and returns pixel means"""
        functions.assert_classes_as_ordered(student, draw)

    @worth(4)
    def test_codes(self, student, draw):
        """gives every image its own code from N(0, I)"""
        functions.assert_codes_from_prior(student, draw)

    @worth(2, after=["classes", "codes"])
    def test_form(self, student, draw):
        """makes one image or many, without a graph, new ones in every call, and leaves modes and labels alone"""
        functions.assert_generate_form(student, draw)

    @worth(1, after=["classes", "codes"])
    def test_sizes(self, student, draw):
        """works for any number of classes"""
        functions.assert_generate_any_classes(student, draw)


class TestTrainConditionalEpoch:
    """One pass over labelled data, with one optimizer step for each batch."""

    @worth(3)
    def test_value(self, student, draw):
        """returns the mean loss per image as a Python float, with a smaller last batch weighted by its size"""
        loops.assert_value(student, draw)

    @worth(5)
    def test_steps(self, student, draw):
        """takes one step of gradient descent for each batch, every image with its own label"""
        loops.assert_steps(student, draw)

    @worth(1, after=["value", "steps"])
    def test_training_mode(self, student, draw):
        """runs in training mode whatever the mode was"""
        loops.assert_training_mode(student, draw)

    @worth(1)
    def test_losses_on_the_way(self, student, draw):
        """averages the losses that it computes while training"""
        loops.assert_losses_on_the_way(student, draw)

    @worth(1, after=["value", "steps"])
    def test_unchanged(self, student, draw):
        """takes a list or any other iterable of batches, and changes neither the batches nor global modes"""
        loops.assert_batches_kept(student, draw)


class TestStyleGrid:
    """One class over a regular grid of two-dimensional codes."""

    @worth(5)
    def test_grid(self, student, draw):
        """decodes codes in reading order: the first latent grows to the right, the second falls from row to row"""
        functions.assert_style_grid(student, draw, 4, 1.5)

    @worth(3)
    def test_any_size(self, student, draw):
        """works for any side and extent: evenly spaced, with both ends"""
        for side, extent in ((2, 2.0), (5, 0.7), (7, 3), (8, 3.0), (10, 2.0)):  # the last two round badly
            functions.assert_style_grid(student, draw, side, extent)

    @worth(1, after=["grid", "any_size"])
    def test_modes(self, student, draw):
        """gives images without a graph, and leaves modes and the model alone"""
        functions.assert_style_grid_modes(student, draw)

    @worth(1, after=["grid", "any_size"])
    def test_sizes(self, student, draw):
        """works for any number of classes"""
        functions.assert_style_grid_any_classes(student, draw)


class TestSwapLabel:
    """The same style as another class."""

    @worth(6)
    def test_swap(self, student, draw):
        """encodes each image under its own label and decodes the posterior mean under the new one"""
        functions.assert_swap(student, draw)

    @worth(2)
    def test_one_image(self, student, draw):
        """works for a single image, whatever the new class"""
        functions.assert_swap_of_one_image(student, draw)

    @worth(1, after=["swap"])
    def test_unchanged(self, student, draw):
        """gives images without a graph, and leaves images, labels, modes and the model alone"""
        functions.assert_swap_unchanged(student, draw)

    @worth(1, after=["swap"])
    def test_sizes(self, student, draw):
        """works for any number of classes"""
        functions.assert_swap_any_classes(student, draw)


class TestLatentCodes:
    """The codes of a whole data set, with their labels."""

    @worth(5)
    def test_codes(self, student, draw):
        """gives the posterior mean of every image under its own label, in order, and the labels"""
        codes.assert_codes(student, draw)

    @worth(2)
    def test_any_batches(self, student, draw):
        """works for one batch, for a batch of one image, and for any number of latents"""
        codes.assert_codes_of_any_batches(student, draw)

    @worth(1, after=["codes"])
    def test_unchanged(self, student, draw):
        """gives codes without a graph, and leaves batches, modes and the model alone"""
        codes.assert_latent_codes_unchanged(student, draw)

    @worth(1, after=["codes"])
    def test_sizes(self, student, draw):
        """works for any number of classes"""
        codes.assert_latent_codes_any_classes(student, draw)


class TestTrainedCVAE:
    """Your own model, trained on the digits, judged by what it makes."""

    @worth(4)
    def test_asked_for(self, student, draw):
        """makes images in which a judge recognises the class that was asked for"""
        trained.assert_asked_for(student, draw)

    @worth(3)
    def test_swap(self, student, draw, digits):
        """turns held-out digits into another class when their label is swapped"""
        trained.assert_swap_matters(student, draw, unseen(digits, draw))

    @worth(4, after=["asked_for", "swap"])
    def test_variety(self, student, draw, digits):
        """makes images of one class that differ from one another"""
        trained.assert_variety(student, draw, unseen(digits, draw))

    @worth(2, after=["asked_for", "bound"])
    def test_new(self, student, draw):
        """makes images that are not copies of stored ones"""
        trained.assert_new(student, draw)

    @worth(2)
    def test_bound(self, student, draw, digits):
        """reaches a good negative ELBO on held-out digits, given their labels"""
        trained.assert_bound(student, draw, unseen(digits, draw))
