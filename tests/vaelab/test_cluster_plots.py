"""Pictures of clusters: each renders, is left closed, and has labelled axes where it has axes."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.figure import Figure

from vaelab import cluster_plots

SHARES = torch.full((3,), 1 / 3)
ROWS = torch.rand(6, 3).softmax(1)
IMAGES, CLUSTERS = torch.rand(7, 16), torch.tensor([0, 1, 0, 0, 2, 2, 1])
STRIPS = {"a": IMAGES[:2], "b": IMAGES[2:4]}
WITH_AXES: dict[str, Callable[[], Figure]] = {
    "density": lambda: cluster_plots.density(torch.randn(500), lambda x: x.square(), xlabel="g"),
    "frequencies": lambda: cluster_plots.frequencies({"a": SHARES, "b": SHARES}, xlabel="class"),
    "simplex": lambda: cluster_plots.simplex({"a": ROWS, "b": ROWS}, xlabel="class", ylabel="draw", label="share"),
    "tables": lambda: cluster_plots.tables({"a": torch.eye(3).long()}, ["x", "y", "z"]),
    "trade-off": lambda: cluster_plots.trade_off({"soft": ([0.1, 1.0], [0.0, 0.1], [2.0, 1.0])}, "t"),
    "histories": lambda: cluster_plots.histories({"a": [1.0, 2.0]}, ylabel="nats", level=("log 10", 2.3), title="t"),
}
WITHOUT_AXES: dict[str, Callable[[], Figure]] = {
    "rows": lambda: cluster_plots.cluster_rows(STRIPS, "t", ["one", "two"]),
    "cover": lambda: cluster_plots.clusters_and_styles(STRIPS, STRIPS, ["left", "right"]),
}


@pytest.mark.parametrize("draw", [*WITH_AXES.values(), *WITHOUT_AXES.values()], ids=[*WITH_AXES, *WITHOUT_AXES])
def test_each_picture_renders_and_is_left_closed(draw: Callable[[], Figure]) -> None:
    figure = draw()
    figure.canvas.draw()
    assert plt.get_fignums() == []


@pytest.mark.parametrize("draw", WITH_AXES.values(), ids=WITH_AXES.keys())
def test_axes_are_labelled(draw: Callable[[], Figure]) -> None:
    ax = draw().axes[0]
    assert ax.get_xlabel()
    assert ax.get_ylabel()


def test_a_row_holds_the_images_of_its_cluster_and_paper_where_there_are_no_more() -> None:
    rows = cluster_plots.rows_of_clusters(IMAGES, CLUSTERS, 3, 2)
    assert torch.equal(rows["cluster 0"], IMAGES[[0, 2]])
    assert torch.equal(rows["cluster 1"], IMAGES[[1, 6]])
    few = cluster_plots.rows_of_clusters(IMAGES, CLUSTERS, 4, 3)
    assert not few["cluster 3"].any()
    assert few["cluster 1"].shape == (3, 16)
