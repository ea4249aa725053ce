"""Pictures of the lesson on likelihoods: they render, name their axes, and show the numbers that they are given."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.figure import Figure

from vaelab import likelihood_plots

LINE = torch.linspace(0.05, 0.95, 19)
BILL = {"error": 5.0, "noise": 2.0, "= sum": None, "without": -4.0, "= rest": None}
ROWS = {"a": torch.rand(3, 16), "b": torch.rand(3, 16)}
PICTURES: dict[str, Callable[[], Figure]] = {
    "costs": lambda: likelihood_plots.costs({"a": 8.0, "b": 3.0}, "bits", "title", ("stored", 8.0)),
    "densities": lambda: likelihood_plots.densities({"a": 0.1, "b": 20.0}, "title"),
    "over sigma": lambda: likelihood_plots.over_sigma(LINE, {"a": LINE}, {"a": 0.5}, "title"),
    "drowning": lambda: likelihood_plots.drowning(LINE, LINE, eta=0.1),
    "chase": lambda: likelihood_plots.chase({"a": [(1.0, 0.2), (0.3, 0.2)]}, "title"),
    "continuous Bernoulli": lambda: likelihood_plots.continuous_bernoulli(LINE, 1 + LINE),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES.keys())
def test_each_picture_renders_with_named_axes_and_is_left_closed(draw: Callable[[], Figure]) -> None:
    figure = draw()
    figure.canvas.draw()
    assert figure.axes[0].get_xlabel()
    assert plt.get_fignums() == []


def test_images_outside_the_range_are_shown_at_its_ends() -> None:
    figure = likelihood_plots.strips({"a": torch.full((2, 16), 3.0), "b": torch.full((2, 16), -3.0)}, "title")
    shown = figure.axes[0].images[0].get_array()
    assert {float(value) for value in shown.compressed()} == {0.0, 1.0}


def test_a_bill_shows_addends_and_running_sums() -> None:
    figure = likelihood_plots.images_and_bill(ROWS, ["", "note"], BILL, "left", "right")
    figure.canvas.draw()
    bars = figure.axes[1].patches
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0, 5), (5, 2), (0, 7), (7, -4), (0, 3)]
    assert [text.get_text().strip() for text in figure.axes[1].texts] == ["+5", "+2", "7", "−4", "3"]
