"""Weights of checks as points."""

import pytest

from grader.course.points import scaled


def test_weights_of_a_hundred_are_the_points():
    weights = {"a": 60.0, "b": 39.5, "c": 0.5}
    assert scaled(weights) == weights


@pytest.mark.parametrize("count", [3, 7, 33, 104, 190])
def test_whatever_the_weights_the_points_are_halves_and_add_up_to_100(count):
    weights = {f"{n:03d}": 1.0 + n % 3 for n in range(count)}
    points = scaled(weights)
    assert sum(points.values()) == 100
    assert all(2 * value == int(2 * value) for value in points.values())
    shares = {name: 100 * weight / sum(weights.values()) for name, weight in weights.items()}
    assert all(abs(points[name] - shares[name]) < 0.5 for name in weights)


def test_the_order_of_the_checks_makes_no_difference():
    weights = dict.fromkeys("abcdefg", 1.0)
    assert scaled(weights) == scaled(dict(reversed(weights.items())))
