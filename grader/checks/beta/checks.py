"""Checks of lesson 04: weighing the two terms."""

from __future__ import annotations

from grader.checks.beta import frontier, losses, measures, training
from grader.checks.kit.contracts import assert_float
from grader.checks.kit.trained_models import unseen
from grader.checks.kit.vocabulary import assert_matches, worth


class TestBetaLoss:
    """The weighted loss."""

    @worth(5)
    def test_value(self, student, draw):
        """is the reconstruction plus beta times the KL, averaged over the batch, for several betas"""
        losses.assert_value(student, draw)

    @worth(2)
    def test_special_prices(self, student, draw):
        """is the negative ELBO at beta = 1, and the reconstruction alone at beta = 0"""
        losses.assert_special_prices(student, draw)

    @worth(1)
    def test_one_image(self, student, draw):
        """works for a single image"""
        losses.assert_loss_of_one_image(student, draw)

    @worth(3, after=["value", "special_prices"])
    def test_gradients(self, student, draw):
        """keeps the graph to x_hat, mu and log_var, and beta scales the gradients of the last two"""
        losses.assert_loss_gradients(student, draw)

    @worth(1, after=["value", "special_prices"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        losses.assert_loss_unchanged(student, draw)


class TestKLWeight:
    """The weight during a warm-up."""

    @worth(4)
    def test_rising(self, student, draw):
        """rises in a straight line from 0 at step 0 to beta"""
        losses.assert_rising(student, draw)

    @worth(3, after=["rising"])
    def test_constant(self, student, draw):
        """is beta from the end of the warm-up on"""
        losses.assert_constant(student, draw)

    @worth(2, after=["rising"])
    def test_without_warmup(self, student, draw):
        """is beta at once when there is no warm-up"""
        losses.assert_without_warmup(student, draw)

    @worth(1, after=["rising"])
    def test_default(self, student, draw):
        """rises to 1 unless told otherwise"""
        warmup = int(draw.integers(12, 2000, 1))
        step = int(draw.integers(1, warmup, 1))
        value = assert_float(student.kl_weight(step, warmup), "the weight")
        assert_matches(value, step / warmup, what=f"the weight at step {step} of {warmup}")


class TestFreeBits:
    """The KL with an allowance for each latent."""

    @worth(6)
    def test_value(self, student, draw):
        """averages each latent over the batch, raises it to the floor, and sums"""
        losses.assert_free_bits(student, draw)

    @worth(2)
    def test_no_floor(self, student, draw):
        """is the plain KL when the floor is 0, and L times the floor when the floor is high"""
        losses.assert_extreme_floors(student, draw)

    @worth(4, after=["value", "no_floor"])
    def test_gradients(self, student, draw):
        """gives latents above the floor their usual gradient, and latents below it none"""
        losses.assert_free_bits_gradients(student, draw)
        losses.assert_all_silent(student, draw)

    @worth(1, after=["value", "no_floor"])
    def test_one_image(self, student, draw):
        """works for a single image"""
        losses.assert_free_bits_of_one_image(student, draw)

    @worth(1, after=["value", "no_floor"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        losses.assert_free_bits_unchanged(student, draw)


class TestRateDistortion:
    """Rate and distortion of a model on data."""

    @worth(4)
    def test_rate(self, student, draw):
        """gives the mean KL per image first, with a smaller last batch weighted by its size"""
        measures.assert_rate(student, draw)

    @worth(4)
    def test_distortion(self, student, draw):
        """gives the mean reconstruction loss per image second, with a smaller last batch weighted by its size"""
        measures.assert_distortion(student, draw)

    @worth(3, after=["distortion"])
    def test_draws(self, student, draw):
        """decodes z drawn from q(z|x), not its mean"""
        measures.assert_draws(student, draw)

    @worth(3, after=["rate", "distortion"])
    def test_evaluation(self, student, draw):
        """measures in evaluation mode without a graph, and leaves model, batches and modes as they were"""
        measures.assert_evaluates(student, draw, "rate_distortion")


class TestActiveUnits:
    """How many latents say something about the image."""

    @worth(6)
    def test_count(self, student, draw):
        """counts the latents whose posterior mean has a variance above 0.01 over all images"""
        measures.assert_count(student, draw)

    @worth(3)
    def test_threshold(self, student, draw):
        """respects the threshold"""
        measures.assert_threshold(student, draw)

    @worth(2, after=["count", "threshold"])
    def test_silent(self, student, draw):
        """finds no active unit where every image gets the same code"""
        measures.assert_silent(student, draw)

    @worth(3, after=["count", "threshold"])
    def test_evaluation(self, student, draw):
        """measures in evaluation mode without a graph, and leaves model, batches and modes as they were"""
        measures.assert_evaluates(student, draw, "active_units")


class TestTrainBetaEpoch:
    """One pass over the data at a given price."""

    @worth(3)
    def test_value(self, student, draw):
        """returns the mean weighted loss per image as a Python float, with a smaller last batch weighted by its size"""
        training.assert_value(student, draw)

    @worth(3)
    def test_steps(self, student, draw):
        """takes one step of gradient descent on the weighted loss for each batch"""
        training.assert_steps(student, draw)

    @worth(1)
    def test_losses_on_the_way(self, student, draw):
        """averages the losses that it computes while training"""
        training.assert_losses_on_the_way(student, draw)

    @worth(2, after=["value"])
    def test_training_mode(self, student, draw):
        """runs in training mode whatever the mode was, and leaves batches and global modes as they were"""
        training.assert_training_mode(student, draw)

    @worth(1, after=["value"])
    def test_list(self, student, draw):
        """takes a list of batches as well as any other iterable"""
        training.assert_takes_list(student, draw)


class TestBetaSweep:
    """A model for each price, and its rate and distortion."""

    @worth(8)
    def test_points(self, student, draw):
        """trains a new model for each beta and measures it on the test batches"""
        training.assert_points(student, draw)

    @worth(2)
    def test_defaults(self, student, draw):
        """trains for 8 epochs at a learning rate of 5e-3 by default"""
        training.assert_sweep_defaults(student, draw)

    @worth(2, after=["points"])
    def test_apart(self, student, draw):
        """gives each beta the same point whatever else is in the list, and takes any number of betas"""
        training.assert_points_apart(student, draw)


class TestTrainedBeta:
    """Your own frontier, and your own tools on it."""

    @worth(2, after=["trained", "monotone"])
    def test_form(self, student):
        """has a model and a point for each beta, the numbers of active units, and the collapsed betas"""
        frontier.assert_form(student)

    @worth(4, after=["trained", "monotone"])
    def test_true_figures(self, student, draw):
        """reports rates and distortions that its models really have on held-out digits"""
        frontier.assert_true_figures(student, draw)

    @worth(2)
    def test_trained(self, student, draw, digits):
        """reaches a good bound at beta = 1"""
        frontier.assert_trained(student, draw, unseen(digits, draw))

    @worth(3, after=["trained"])
    def test_monotone(self, student, draw, digits):
        """has a monotone frontier: a higher beta gives less rate and more distortion"""
        frontier.assert_monotone(student, draw, unseen(digits, draw))

    @worth(3, after=["trained", "monotone"])
    def test_collapse(self, student, draw):
        """counts the active units correctly, and lists exactly the betas that collapse"""
        frontier.assert_collapse_found(student, draw)
