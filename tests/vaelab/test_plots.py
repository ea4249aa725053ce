"""Pictures: the right shape, labelled axes, each figure shown once, and clear errors for wrong shapes."""

from __future__ import annotations

import math
from collections.abc import Callable

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from vaelab import plots

NAMES = ["shirt", "boot", "bag"]


class Halves(nn.Module):
    """A stand-in for a trained model: reconstructs x as x / 2 and samples flat images of 0.25."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return x / 2, x, x

    def sample(self, n: int) -> Tensor:
        return torch.full((n, 16), 0.25)


def pixels(figure: Figure) -> Tensor:
    """What the first axes show as an image; NaN where there is no image."""
    return torch.as_tensor(figure.axes[0].images[0].get_array().filled(math.nan))


def labels(figure: Figure) -> tuple[str, str]:
    return figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()


def images(n: int) -> Tensor:
    return torch.rand(n, 16, generator=torch.Generator().manual_seed(0))


CODES, CLASSES = torch.randn(9, 2), torch.arange(9) % 3
LINE = torch.linspace(0, 1, 5)
WITH_AXES: dict[str, Callable[[], Figure]] = {
    "scatter": lambda: plots.latent_scatter(CODES, CLASSES, NAMES),
    "ellipses": lambda: plots.latent_scatter(CODES, CLASSES, NAMES, torch.zeros(9, 2)),
    "grid": lambda: plots.latent_grid(lambda z: torch.rand(len(z), 16), side=3),
    "curves": lambda: plots.curves(LINE, {"a": LINE, "b": -LINE}, xlabel="x", ylabel="nats", level=("c", 0.0)),
    "losses": lambda: plots.loss_curves({"train": [3.0, 2.0, 1.0], "test": [3.0, 2.0, 2.5]}),
    "histograms": lambda: plots.histograms({"a": torch.randn(50)}, xlabel="z", truth=0.0),
    "heat map": lambda: plots.heat_map(LINE, LINE, torch.rand(5, 5), [0.5], xlabel="μ", ylabel="σ", unit="nats"),
    "bars": lambda: plots.bars(LINE, xlabel="latent", ylabel="KL"),
    "atlases": lambda: plots.atlases({"a": (lambda z: torch.rand(len(z), 16), CODES)}, side=3),
}
WITHOUT_AXES: dict[str, Callable[[], Figure]] = {
    "images": lambda: plots.image_grid(images(7), columns=3),
    "titled images": lambda: plots.image_grid(images(2), titles=["a", "b"]),
    "rows": lambda: plots.image_rows({"a": images(3), "b": images(3)}, titles=["1", "2", "3"]),
    "panels": lambda: plots.panels({"left": (images(4), 2), "right": (images(9), 3)}),
    "reconstructions": lambda: plots.reconstructions(Halves(), images(3)),
    "samples": lambda: plots.samples(Halves(), 5),
    "diagram": plots.vae_diagram,
}


@pytest.mark.parametrize("draw", [*WITH_AXES.values(), *WITHOUT_AXES.values()], ids=[*WITH_AXES, *WITHOUT_AXES])
def test_each_picture_renders_and_is_left_closed(draw: Callable[[], Figure]) -> None:
    figure = draw()
    figure.canvas.draw()
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("draw", WITH_AXES.values(), ids=WITH_AXES.keys())
def test_axes_are_labelled(draw: Callable[[], Figure]) -> None:
    assert all(labels(draw()))


def test_settings_outside_stay_as_they_were() -> None:
    before = dict(plt.rcParams)
    plots.image_grid(images(2))
    assert dict(plt.rcParams) == before


def test_images_stand_in_reading_order_with_gaps_between() -> None:
    canvas = plots.mosaic(images(5), columns=3, gap=2)
    assert canvas.shape == (4 + 2 + 4, 3 * 4 + 2 * 2)
    assert torch.equal(canvas[6:, 6:10], images(5)[4].reshape(4, 4))
    assert canvas[4:6].isnan().all()
    assert canvas[6:, 10:12].isnan().all()
    assert canvas[6:, 12:].eq(0).all()


def test_a_mosaic_leaves_its_images_alone_and_takes_any_graph() -> None:
    given = images(2).requires_grad_()
    plots.image_grid(given)
    assert torch.equal(given, images(2))
    assert given.grad is None


@pytest.mark.parametrize("shape", [(3, 15), (0, 16), (16,), (2, 4, 4), (2, 0)])
def test_other_shapes_are_refused_with_the_shape_in_the_message(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=rf"\(B, D\).*{shape[-1]}"):
        plots.image_grid(torch.rand(shape))


def test_rows_need_equally_many_images() -> None:
    with pytest.raises(ValueError, match="same number"):
        plots.image_rows({"a": images(2), "b": images(3)})


def test_rows_carry_their_names() -> None:
    figure = plots.image_rows({"original": images(2), "copy": images(2)}, titles=["left", "right"])
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["original", "copy"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["left", "right"]


def test_reconstructions_stand_below_their_originals() -> None:
    shown = pixels(plots.reconstructions(Halves(), images(3)))
    assert torch.allclose(shown[:4] / 2, shown[6:], equal_nan=True)


def test_reconstructions_leave_the_mode_of_the_model() -> None:
    model = Halves().eval()
    plots.reconstructions(model, images(2))
    assert not model.training


def test_codes_of_a_grid_are_in_reading_order() -> None:
    codes = plots.grid_codes(3, 2.0)
    assert codes.tolist() == [[-2, 2], [0, 2], [2, 2], [-2, 0], [0, 0], [2, 0], [-2, -2], [0, -2], [2, -2]]


def test_a_latent_grid_decodes_each_place_without_a_graph() -> None:
    seen: list[Tensor] = []

    def decoder(z: Tensor) -> Tensor:
        seen.append(z)
        assert not torch.is_grad_enabled()
        return z[:, :1].expand(-1, 16) / 4 + 0.5

    shown = pixels(plots.latent_grid(decoder, side=3, extent=2.0))
    assert torch.equal(seen[0], plots.grid_codes(3, 2.0))
    assert [shown[0, 0].item(), shown[0, 6].item(), shown[0, 12].item()] == [0.0, 0.5, 1.0]


def test_a_map_needs_two_dimensions() -> None:
    with pytest.raises(ValueError, match=r"\(N, 2\).*\(4, 3\)"):
        plots.latent_scatter(torch.randn(4, 3), torch.zeros(4), NAMES)


def test_a_map_names_every_class() -> None:
    legend = plots.latent_scatter(CODES, CLASSES, NAMES).axes[0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [*NAMES, "prior, 1σ and 2σ"]


def test_loss_curves_mark_the_best_test_epoch() -> None:
    figure = plots.loss_curves({"train": [3.0, 2.0, 1.0], "test": [3.0, 2.0, 2.5]})
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in figure.axes[0].lines][-1] == ([2], [2.0])


def test_no_line_is_dropped_however_many_there_are() -> None:
    lines = {str(k): LINE + k for k in range(7)}
    assert len(plots.curves(LINE, lines, xlabel="x", ylabel="y").axes[0].lines) == 7


def test_classes_can_be_told_apart() -> None:
    looks = {(colour, plots.MARKERS[k % len(plots.MARKERS)]) for k, colour in enumerate(plots.CLASSES)}
    assert len(looks) == len(set(plots.CLASSES)) == 10
