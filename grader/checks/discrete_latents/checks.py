"""Checks of lesson 06: discrete latents."""

from __future__ import annotations

import torch

from grader.checks.discrete_latents import budgets, clusters, draws, gumbel, joint, kls, soft, trained
from grader.checks.kit.contracts import assert_nothing_changed
from grader.checks.kit.trained_models import unseen
from grader.checks.kit.vocabulary import worth


class TestGumbelNoise:
    """Gumbel noise from uniform numbers."""

    @worth(3)
    def test_values(self, student, draw):
        """is −log(−log u), near 0 and near 1 too"""
        gumbel.assert_noise(student, draw)

    @worth(2, after=["values"])
    def test_finite(self, student, draw):
        """is finite for every number in [0, 1), for 0 as well"""
        gumbel.assert_noise_finite(student, draw)

    @worth(1, after=["values"])
    def test_form(self, student, draw):
        """takes any shape, and changes neither its argument nor global modes"""
        gumbel.assert_noise_shapes(student, draw)
        assert_nothing_changed(student, "gumbel_noise", torch.cat([draw.uniform(4, 3), torch.zeros(1, 3)]))


class TestGumbelMax:
    """Throws of a die by Gumbel noise."""

    @worth(5)
    def test_distribution(self, student, draw):
        """shows each face with its probability under softmax(logits), as int64 (B,)"""
        gumbel.assert_throws(student, draw)

    @worth(2)
    def test_independence(self, student, draw):
        """throws each row on its own, and anew in every call, from torch's global generator"""
        gumbel.assert_own_throws(student, draw)

    @worth(1, after=["distribution"])
    def test_edges(self, student, draw):
        """works for one row, for one face and for logits of ±1e4, and leaves arguments and modes alone"""
        gumbel.assert_throw_edges(student, draw)
        assert_nothing_changed(student, "gumbel_max", draw(4, 3))


class TestGumbelSoftmaxSample:
    """Soft samples at a temperature, and one-hot samples whose gradients are theirs."""

    @worth(4)
    def test_distribution(self, student, draw):
        """is softmax((logits + g) / tau) with Gumbel noise g, at a low and at a high temperature"""
        soft.assert_soft_distribution(student, draw)

    @worth(2)
    def test_own_noise(self, student, draw):
        """gives every entry noise of its own, anew in every call, from torch's global generator"""
        soft.assert_own_noise(student, draw)

    @worth(2, after=["distribution"])
    def test_gradients(self, student, draw):
        """has the gradients of a softmax at temperature tau"""
        soft.assert_soft_gradients(student, draw)

    @worth(1)
    def test_hard(self, student, draw):
        """gives one-hot throws of the die with hard=True"""
        soft.assert_hard(student, draw)

    @worth(2)
    def test_straight_through(self, student, draw):
        """gives a hard sample the gradients of the soft sample behind it"""
        soft.assert_straight_through(student, draw)

    @worth(1, after=["distribution"])
    def test_temperature_refused(self, student, draw):
        """refuses a temperature of 0 or less with a ValueError"""
        soft.assert_temperature_refused(student, draw)

    @worth(1, after=["distribution"])
    def test_finite(self, student, draw):
        """is finite, with finite gradients, for logits of ±1e4; works for one row and for one face"""
        soft.assert_finite(student, draw)

    @worth(1, after=["distribution"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        soft.assert_unchanged(student, draw)


class TestCategoricalKL:
    """What each image's die costs."""

    @worth(3)
    def test_value(self, student, draw):
        """is KL(softmax(logits) ‖ uniform), one number per image"""
        kls.assert_image_kl(student, draw)

    @worth(1)
    def test_bounds(self, student, draw):
        """is 0 for a fair die and log C for a certain one"""
        kls.assert_image_kl_bounds(student, draw)

    @worth(2, after=["value"])
    def test_finite(self, student, draw):
        """is finite, with finite gradients, where probabilities are 0"""
        kls.assert_image_kl_finite(student, draw)

    @worth(1, after=["value"])
    def test_gradients(self, student, draw):
        """has the gradient q (log q + H)"""
        kls.assert_image_kl_gradients(student, draw)

    @worth(1, after=["value"])
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image"""
        kls.assert_image_kl_of_one(student, draw)

    @worth(1, after=["value"])
    def test_unchanged(self, student, draw):
        """changes neither its argument nor global modes"""
        assert_nothing_changed(student, "categorical_kl", draw(4, 3))


class TestAggregateKL:
    """How unequally a batch uses the faces."""

    @worth(4)
    def test_value(self, student, draw):
        """is the KL of the batch's mean die ‖ uniform, a scalar"""
        kls.assert_batch_kl(student, draw)

    @worth(2)
    def test_information(self, student, draw):
        """is 0 for dice that are certain of different faces, and log C for a constant one"""
        kls.assert_information(student, draw)

    @worth(2, after=["value"])
    def test_finite(self, student, draw):
        """is finite, with finite gradients, where a face has probability 0 in every image"""
        kls.assert_batch_kl_finite(student, draw)

    @worth(2, after=["value"])
    def test_gradients(self, student, draw):
        """has the gradient of the KL of the mean, for every image"""
        kls.assert_batch_kl_gradients(student, draw)

    @worth(1, after=["value"])
    def test_unchanged(self, student, draw):
        """changes neither its argument nor global modes"""
        assert_nothing_changed(student, "aggregate_kl", draw(4, 3))


class TestJointVAE:
    """The whole model: a Gaussian code and a die."""

    @worth(1)
    def test_encoder_learns(self, student, draw):
        """has an encoder whose three heads learn a function of every pixel"""
        joint.assert_encoder_learns(student, draw)

    @worth(1)
    def test_decoder_learns(self, student, draw):
        """has a decoder that learns a function of z and c"""
        joint.assert_decoder_learns(student, draw)

    @worth(1, after=["encoder_learns"])
    def test_outputs(self, student, draw):
        """returns x_hat, mu, log_var and logits, for sizes by position and by keyword, and keeps its sizes"""
        joint.assert_takes_sizes(student, draw)

    @worth(1, after=["encoder_learns"])
    def test_defaults(self, student, draw):
        """has the defaults 784, 400, 20 and 10, and works on a single image"""
        joint.assert_defaults(student, draw)

    @worth(2, after=["encoder_learns"])
    def test_heads(self, student, draw):
        """has three heads of their own, affine in a hidden layer of hidden_dim units"""
        joint.assert_heads(student, draw)

    @worth(2, after=["decoder_learns"])
    def test_decoder(self, student, draw):
        """decodes z and any point c of the simplex through one hidden layer to pixels in (0, 1)"""
        joint.assert_decoder(student, draw)

    @worth(1, after=["encoder_learns", "decoder_learns"])
    def test_images_apart(self, student, draw):
        """handles each image on its own in both parts, and leaves modes and inputs alone"""
        joint.assert_images_apart(student, draw)

    @worth(1, after=["encoder_learns"])
    def test_encoder(self, student, draw):
        """returns its encoder's mu, log_var and logits, and leaves modes and images alone"""
        joint.assert_agrees_with_encoder(student, draw)

    @worth(2)
    def test_draws_in_training(self, student, draw):
        """decodes a draw of z and a soft sample c at temperature tau in training mode"""
        draws.assert_decodes_draws(student, draw, training=True)

    @worth(1)
    def test_draws_in_evaluation(self, student, draw):
        """decodes such draws in evaluation mode too"""
        draws.assert_decodes_draws(student, draw, training=False)

    @worth(1, after=["encoder_learns"])
    def test_gradients(self, student, draw):
        """lets gradients flow from x_hat through both draws to every parameter"""
        joint.assert_gradients_through_draws(student, draw)

    @worth(1, after=["encoder_learns"])
    def test_parameters(self, student, draw):
        """has all its layers registered, and cuts no graph"""
        joint.assert_parameters(student, draw)

    @worth(1, after=["encoder_learns"])
    def test_cluster(self, student, draw):
        """names the most probable face of each image as its cluster, int64 (B,)"""
        joint.assert_clusters(student, draw)

    @worth(1, after=["cluster"])
    def test_cluster_form(self, student, draw):
        """clusters without a graph or a draw, alike in every mode, and leaves modes and images alone"""
        joint.assert_cluster_form(student, draw)


class TestNMI:
    """Normalized mutual information."""

    @worth(4)
    def test_value(self, student, draw):
        """agrees with scikit-learn, a Python float"""
        clusters.assert_nmi(student, draw)

    @worth(3, after=["value"])
    def test_edges(self, student, draw):
        """agrees with it at the edges too: constant labels, a single image, any integers"""
        clusters.assert_edges(student, draw, "nmi")

    @worth(1, after=["value"])
    def test_lengths(self, student, draw):
        """refuses different lengths with a ValueError"""
        clusters.assert_lengths_refused(student, draw, "nmi")

    @worth(1, after=["value"])
    def test_symmetric(self, student, draw):
        """is the same the other way round and under other names, and leaves its arguments alone"""
        clusters.assert_symmetric(student, draw)


class TestClusteringAccuracy:
    """Accuracy under the best one-to-one names."""

    @worth(3)
    def test_value(self, student, draw):
        """is the largest share right over all one-to-one assignments, a Python float"""
        clusters.assert_accuracy(student, draw)

    @worth(2, after=["value"])
    def test_unequal_numbers(self, student, draw):
        """counts images in clusters without a label as wrong, however many clusters there are"""
        clusters.assert_unequal_numbers(student, draw)

    @worth(2, after=["value"])
    def test_edges(self, student, draw):
        """is right for constant labels, a single image and any integers, and leaves its arguments alone"""
        clusters.assert_edges(student, draw, "clustering_accuracy")
        assert_nothing_changed(student, "clustering_accuracy", draw.integers(0, 4, 20), draw.integers(0, 4, 20))

    @worth(1, after=["value"])
    def test_lengths(self, student, draw):
        """refuses different lengths with a ValueError"""
        clusters.assert_lengths_refused(student, draw, "clustering_accuracy")


class TestCapacity:
    """A capacity that grows."""

    @worth(2)
    def test_growing(self, student, draw):
        """rises in a straight line from 0 at step 0"""
        budgets.assert_growing(student, draw)

    @worth(1, after=["growing"])
    def test_constant(self, student, draw):
        """is final from `steps` on"""
        budgets.assert_constant(student, draw)

    @worth(1, after=["growing"])
    def test_at_once(self, student, draw):
        """is final at once when steps is 0"""
        budgets.assert_at_once(student, draw)


class TestCapacityLoss:
    """The loss that holds two codes to their capacities."""

    @worth(3)
    def test_value(self, student, draw):
        """takes the means first, then the absolute values, on either side of the capacities"""
        budgets.assert_loss(student, draw)

    @worth(1, after=["value"])
    def test_edges(self, student, draw):
        """is right for one image, for no price, and exactly at both capacities"""
        budgets.assert_loss_edges(student, draw)

    @worth(2, after=["value"])
    def test_gradients(self, student, draw):
        """keeps the graph to all three terms, and pulls each KL towards its capacity"""
        budgets.assert_loss_gradients(student, draw)

    @worth(1, after=["value"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        budgets.assert_loss_unchanged(student, draw)


class TestTrainedJointVAE:
    """Your own clusters."""

    @worth(3)
    def test_nmi(self, student, draw, digits):
        """has clusters that tell about the classes of unseen digits"""
        trained.assert_clusters(student, draw, unseen(digits, draw))

    @worth(1)
    def test_accuracy(self, student, draw, digits):
        """puts most unseen digits into the right cluster under the best names"""
        trained.assert_accuracy(student, draw, unseen(digits, draw))

    @worth(1, after=["nmi"])
    def test_in_use(self, student, draw, digits):
        """uses at least nine of its ten faces"""
        trained.assert_in_use(student, draw, unseen(digits, draw))

    @worth(1, after=["nmi"])
    def test_reconstruction(self, student, draw, digits):
        """rebuilds unseen digits from z and a one-hot face"""
        trained.assert_reconstruction(student, draw, unseen(digits, draw))

    @worth(1, after=["nmi"])
    def test_face_matters(self, student, draw, digits):
        """draws something else under another face"""
        trained.assert_face_matters(student, draw, unseen(digits, draw))
