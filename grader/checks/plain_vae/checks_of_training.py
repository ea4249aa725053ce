"""Checks of lesson 01: how the VAE is trained, and what comes of it."""

from __future__ import annotations

from grader.checks.kit.trained_models import unseen
from grader.checks.kit.vocabulary import worth
from grader.checks.plain_vae import fitting, loops, trained


class TestTrainEpoch:
    """One pass over the data, with one optimizer step for each batch."""

    @worth(3)
    def test_value(self, student, draw):
        """returns the mean loss per image as a Python float, with a smaller last batch weighted by its size"""
        loops.assert_epoch_value(student, draw, "train_epoch", learning_rate=0.0)
        loops.assert_draws(student, draw, "train_epoch", learning_rate=0.0)

    @worth(4)
    def test_steps(self, student, draw):
        """takes one step of gradient descent for each batch"""
        loops.assert_steps(student, draw)

    @worth(1, after=["steps"])
    def test_training_mode(self, student, draw):
        """runs in training mode whatever the mode was"""
        loops.assert_training_mode(student, draw)

    @worth(1)
    def test_losses_on_the_way(self, student, draw):
        """averages the losses that it computes while training"""
        loops.assert_losses_on_the_way(student, draw)

    @worth(1, after=["steps"])
    def test_unchanged(self, student, draw):
        """takes a list or any other iterable of batches, and changes neither the batches nor global modes"""
        loops.assert_batches_kept(student, draw, "train_epoch", learning_rate=0.1)


class TestEvaluate:
    """The mean loss per image on data that is not trained on."""

    @worth(1)
    def test_equal_batches(self, student, draw):
        """returns the mean loss per image as a Python float"""
        loops.assert_epoch_value(student, draw, "evaluate", sizes=(4, 4, 4))

    @worth(1)
    def test_value(self, student, draw):
        """weights a smaller last batch by its size"""
        loops.assert_epoch_value(student, draw, "evaluate")
        loops.assert_draws(student, draw, "evaluate")

    @worth(1, after=["value", "equal_batches"])
    def test_no_graph(self, student, draw):
        """builds no graph"""
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
        """takes a list or any other iterable of batches, and changes neither the batches nor global modes"""
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

    @worth(1, after=["history", "patience", "best_at_the_end"])
    def test_in_a_row(self, student, draw):
        """counts only epochs in a row"""
        fitting.assert_counts_in_a_row(student, draw)

    @worth(1, after=["history", "patience", "best_at_the_end"])
    def test_ties(self, student, draw):
        """does not take an equal test loss for a lower one"""
        fitting.assert_ties(student, draw)

    @worth(1)
    def test_best_after_stopping(self, student, draw):
        """leaves the best epoch's weights in the model after stopping early"""
        fitting.assert_best_after_stopping(student, draw)

    @worth(1)
    def test_best_at_the_end(self, student, draw):
        """leaves the best epoch's weights in the model when all epochs are done, whatever the losses are"""
        fitting.assert_best_at_the_end(student, draw)
        fitting.assert_any_run(student, draw)

    @worth(1, after=["history", "patience", "best_at_the_end"])
    def test_errors(self, student, draw):
        """lets errors in the batches or the model through"""
        fitting.assert_errors_pass(student, draw)

    @worth(1, after=["history", "patience", "best_at_the_end"])
    def test_unchanged(self, student, draw):
        """leaves the global modes as they were"""
        fitting.assert_modes_unchanged(student, draw)


class TestTrainedVAE:
    """Your own model, on digits that it has not seen."""

    @worth(3)
    def test_bound(self, student, draw, digits):
        """reaches a good negative ELBO on held-out digits"""
        trained.assert_bound(student, draw, unseen(digits, draw))

    @worth(2, after=["bound"])
    def test_codes(self, student, draw, digits):
        """has codes that tell one image from another"""
        trained.assert_codes_used(student, draw, unseen(digits, draw))

    @worth(2, after=["bound", "codes"])
    def test_samples(self, student, draw):
        """makes samples that a classifier reads as digits, of many classes"""
        trained.assert_samples(student, draw)

    @worth(1, after=["bound", "samples"])
    def test_samples_are_new(self, student, draw):
        """makes samples that copy neither stored images nor one another"""
        trained.assert_samples_new(student, draw)
