"""Checks of lesson 02: labels for networks."""

from __future__ import annotations

from grader.checks.kit.contracts import assert_nothing_changed
from grader.checks.kit.vocabulary import worth
from grader.checks.one_hot import condition, experiment, labels, oracles


class TestOneHot:
    """Labels as rows with a single 1."""

    @worth(12)
    def test_values(self, student, draw):
        """puts a 1 in the label's column and 0 elsewhere, for any number of labels and classes"""
        labels.assert_values(student, draw)

    @worth(4, after=["values", "columns"])
    def test_float32(self, student, draw):
        """gives float32, which is what a layer takes"""
        labels.assert_float32(student, draw)

    @worth(6, after=["values", "columns"])
    def test_integer_types(self, student, draw):
        """takes labels of every integer dtype, uint8 among them"""
        labels.assert_integer_types(student, draw)

    @worth(6)
    def test_columns(self, student, draw):
        """takes labels of shape (B, 1) too, and batches of one in either shape"""
        labels.assert_columns(student, draw)

    @worth(5, after=["values", "columns"])
    def test_no_labels(self, student, draw):
        """gives shape (0, num_classes) for an empty batch"""
        labels.assert_no_labels(student, draw)

    @worth(6, after=["values"])
    def test_out_of_range(self, student, draw):
        """raises ValueError for labels outside 0 … num_classes - 1"""
        labels.assert_range_refused(student, draw)

    @worth(2, after=["values"])
    def test_floats(self, student):
        """raises ValueError for floating-point labels, even for 2.0"""
        labels.assert_floats_refused(student)

    @worth(2, after=["values"])
    def test_device(self, student, draw):
        """builds the rows on the labels' device (checked without a GPU)"""
        labels.assert_on_device(student, draw)

    @worth(2, after=["values"])
    def test_leaves_labels_alone(self, student, draw):
        """changes neither the labels nor the global modes"""
        labels.assert_labels_left_alone(student, draw)


class TestCondition:
    """A label joined to what enters a network."""

    @worth(8)
    def test_values(self, student, draw):
        """keeps the columns of v first and puts those of c to their right"""
        condition.assert_values(student, draw)

    @worth(4)
    def test_sizes(self, student, draw):
        """works for any sizes, even with as many classes as columns, or a single row"""
        condition.assert_sizes(student, draw)

    @worth(5, after=["values", "sizes"])
    def test_gradients(self, student, draw):
        """lets gradients through to v and to c"""
        condition.assert_gradients(student, draw)

    @worth(3, after=["values"])
    def test_leaves_arguments_alone(self, student, draw):
        """does not change v, c or the global modes"""
        assert_nothing_changed(student, "condition", draw(200, 6), oracles.rows(draw.integers(0, 3, 200), 3))


class TestLabelEncodingExperiment:
    """What a network makes of integer labels and of one-hot labels."""

    @worth(4, after=["integer", "one_hot", "floor"])
    def test_form(self, student, draw):
        """returns every entry in the right form: losses as floats, pictures (10, 784) without a graph"""
        experiment.assert_form(student, draw)

    @worth(7)
    def test_integer(self, student, draw):
        """paints from the bare integer: the pictures lie on one line, and their loss is right"""
        experiment.assert_integer(student, draw)

    @worth(5)
    def test_one_hot(self, student, draw):
        """paints from one-hot labels, close to each class's mean picture"""
        experiment.assert_one_hot(student, draw)

    @worth(7)
    def test_floor(self, student, draw):
        """knows the floor: the loss of each class's mean picture"""
        experiment.assert_floor(student, draw)

    @worth(7)
    def test_renumbered(self, student, draw):
        """trains again on the renumbered classes: the integer's loss changes, that of one-hot does not"""
        experiment.assert_renumbered(student, draw)

    @worth(5, after=["integer", "one_hot"])
    def test_conclusion(self, student, draw):
        """draws the conclusion that the numbers support"""
        experiment.assert_conclusion(student, draw)
