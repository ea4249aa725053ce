"""Explorers: each frame shows what the model makes of its setting, with widgets, without, and as a table."""

from __future__ import annotations

import base64
import io
import json
import math
from xml.etree import ElementTree

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from vaelab import _explorer, explorers
from vaelab._drawing import svg
from vaelab._explorer import Control, Explorer, Frame

CLASSES = [str(k) for k in range(10)]
POINTS = [(0.1, 50.0, 200.0), (1.0, 20.0, 215.0), (4.0, 8.0, 235.0), (100.0, 0.0, 330.0)]
WIDGET = "application/vnd.jupyter.widget-view+json"
SMALL = 100_000  # bytes of a table: the walkthroughs, which have them, are in Git


def coordinates(z: Tensor) -> Tensor:
    """A decoder whose images say where the code is: z₁ in the left half, z₂ in the right one, of the way to 2.5."""
    halves = (z + 2.5) / 5
    return halves.repeat_interleave(2, dim=1).repeat(1, 4)


def shaded(z: Tensor, k: int) -> Tensor:
    """A decoder whose images say the first latent in the first pixel, and the class in all others."""
    images = torch.full((len(z), 16), k / 10)
    images[:, 0] = z[:, 0]
    return images


RELABELLED = torch.arange(10).div(15).reshape(1, 10, 1).expand(3, 10, 16) + torch.arange(3).reshape(3, 1, 1) / 10
SAMPLES = {tau: torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]]).div(tau).softmax(1) for tau in (0.1, 1.0, 10.0)}


def walk(side: int = 11) -> Explorer:
    return explorers.latent_walk(coordinates, side, title="A map")


def turned_beta() -> Explorer:
    return explorers.frontier(POINTS, [torch.full((2, 16), i / 5) for i in range(4)], [1.0], "A frontier")


def mixed() -> Explorer:
    return explorers.mix_styles(shaded, torch.tensor([[0.0, 0.0], [1.0, 0.0]]), CLASSES, 5, "Two styles")


def relabelled() -> Explorer:
    return explorers.choose_label({f"a {i}": torch.full((16,), i / 3) for i in range(3)}, RELABELLED, CLASSES, "Labels")


def turned_tau() -> Explorer:
    return explorers.temperature(SAMPLES, [0.1, 10.0], draws=2, title="A die")


ALL = [walk, turned_beta, mixed, relabelled, turned_tau]


def pixels(explorer: Explorer, *places: int) -> list[Tensor]:
    """The images of a frame, as ink from 0 to 1."""
    drawn = ElementTree.fromstring(f"<svg>{explorer.frame(places).drawing}</svg>")
    contents = [base64.b64decode(image.attrib["href"].partition(",")[2]) for image in drawn.iter("image")]
    return [1 - torch.tensor(np.array(Image.open(io.BytesIO(content)))) / 255 for content in contents]


def marked(explorer: Explorer, *places: int) -> tuple[float, float]:
    """Where the dot of a frame is."""
    *_, dot = ElementTree.fromstring(f"<svg>{explorer.frame(places).drawing}</svg>").iter("circle")
    return float(dot.attrib["cx"]), float(dot.attrib["cy"])


@pytest.mark.parametrize("make", ALL)
def test_tables_are_small_and_every_frame_is_a_drawing_with_words(make):
    explorer = make()
    assert len(json.dumps(explorer.table())) < SMALL
    assert explorer.title
    frames = explorer.table()["frames"]
    assert len({frame["words"] for frame in frames}) == len(frames)
    for frame in frames:
        drawing = ElementTree.fromstring(svg(explorer.size, explorer.backdrop + frame["drawing"], frame["words"]))
        assert drawing.attrib["aria-label"] == frame["words"]
        assert len(drawing) >= 1


@pytest.mark.parametrize("make", ALL)
def test_the_still_picture_renders_and_is_left_closed(make):
    views = make()._repr_mimebundle_()
    assert base64.b64decode(views["image/png"]).startswith(b"\x89PNG")
    assert plt.get_fignums() == []


def test_frames_that_do_not_fit_the_controls_are_refused():
    controls = [Control("a", ["0", "1"]), Control("b", ["0", "1", "2"])]
    with pytest.raises(ValueError, match="6 settings need as many frames, not 5"):
        Explorer("", plt.figure(), (1, 1), controls, [Frame("", "")] * 5)
    plt.close()


def test_the_last_control_changes_fastest():
    frames = [Frame("", f"{a}{b}") for a in range(2) for b in range(3)]
    explorer = Explorer("", plt.figure(), (1, 1), [Control("a", "01"), Control("b", "012")], frames)
    plt.close()
    assert explorer.frame([1, 2]).words == "12"
    assert explorer.frame([1, 0]).words == "10"


def test_a_walk_shows_the_place_that_its_words_name():
    explorer = walk()
    assert explorer.frame([0, 10]).words == "What the decoder makes of z₁ = −2.5, z₂ = 2.5"
    for across, up in ((0, 10), (10, 0), (3, 8)):
        (image,) = pixels(explorer, across, up)
        assert image[0, 0].item() == pytest.approx(across / 10, abs=0.035)
        assert image[0, 3].item() == pytest.approx(up / 10, abs=0.035)
    (left, bottom), (right, top) = marked(explorer, 0, 0), marked(explorer, 10, 10)
    assert left < right
    assert top < bottom  # SVG counts from the top
    assert marked(explorer, 5, 5) == pytest.approx(((left + right) / 2, (top + bottom) / 2))


def test_the_point_moves_up_the_frontier_and_brings_its_images():
    explorer = turned_beta()
    dots = [marked(explorer, i) for i in range(4)]
    assert sorted(dots, reverse=True) == dots  # less rate: to the left
    assert sorted((y for _, y in dots), reverse=True) == [y for _, y in dots]  # more distortion: upwards
    assert explorer.frame([2]).words == "β = 4: rate R = 8.0, distortion D = 235.0 nats per image"
    assert [image.mean().item() for image in pixels(explorer, 3)] == pytest.approx([0.6, 0.6])


def test_the_line_through_a_point_has_the_slope_minus_beta():
    for i, (beta, *_) in enumerate(POINTS):
        (line,) = ElementTree.fromstring(f"<svg>{turned_beta().frame([i]).drawing}</svg>").iter("line")
        x1, y1, x2, y2 = (float(line.attrib[name]) for name in ("x1", "y1", "x2", "y2"))
        across, up = (340 - 48) / 50, (200 - 48) / 130  # pixels of a nat
        assert math.atan2(y1 - y2, x2 - x1) == pytest.approx(math.atan(-beta * up / across), abs=0.01)


def test_styles_are_mixed_from_the_first_to_the_second_under_every_label():
    explorer = mixed()
    for k in (0, 7):
        shades = [pixels(explorer, k, i)[0] for i in range(5)]
        assert [image[0, 0].item() for image in shades] == pytest.approx([0, 0.25, 0.5, 0.75, 1], abs=0.035)
        assert [image[3, 3].item() for image in shades] == pytest.approx([k / 10] * 5, abs=0.035)
    assert explorer.frame([7, 1]).words == "Class 7, with 25% of the second style"


def test_a_label_is_put_on_all_images_while_the_real_ones_stay():
    explorer = relabelled()
    assert explorer.backdrop.count("<image") == 3
    shades = [image.mean().item() for image in pixels(explorer, 6)]
    assert shades == pytest.approx([0.4, 0.5, 0.6], abs=0.035)
    assert explorer.frame([6]).words.endswith("as class 6")


def test_temperature_changes_the_heights_of_the_bars_and_not_their_order():
    explorer = turned_tau()
    for draw, largest in ((0, 0), (1, 1)):
        for i, rows in enumerate(SAMPLES.values()):
            drawn = ElementTree.fromstring(f"<svg>{explorer.frame([draw, i]).drawing}</svg>")
            heights = [float(bar.attrib["height"]) for bar in drawn.iter("rect")]
            assert [height / sum(heights) for height in heights] == pytest.approx(rows[draw].tolist(), abs=0.001)
            assert max(range(3), key=heights.__getitem__) == largest
    assert explorer.frame([1, 0]).words == "τ = 0.1, draw 1: the largest entry is 1.00, of face 1"


@pytest.mark.parametrize("make", ALL)
def test_widgets_show_the_frame_of_their_values(make):
    pytest.importorskip("ipywidgets", reason="needs ipywidgets, of the extra lab")
    explorer = make()
    controls, still = explorer.widget().children
    *boxes, shown = controls.children
    assert [box.description for box in boxes] == [control.name for control in explorer.controls]
    start = explorer.frame([control.start for control in explorer.controls])
    assert start.words in shown.value
    for box in boxes:
        box.index = 0
    boxes[-1].index = len(explorer.controls[-1].values) - 1
    now = explorer.frame([0] * (len(boxes) - 1) + [-1 % len(explorer.controls[-1].values)])
    assert now.words in shown.value
    assert now.drawing in shown.value
    assert f'alt="{explorer.title}"' in still.value


def test_without_a_kernel_there_are_the_picture_and_the_table():
    assert set(turned_tau()._repr_mimebundle_()) == {"text/plain", "image/png", explorers.TABLE}


def test_with_a_kernel_there_are_sliders_too(monkeypatch, capsys):
    pytest.importorskip("ipywidgets", reason="needs ipywidgets, of the extra lab")
    monkeypatch.setattr(_explorer, "_kernel_listens", lambda: True)
    views = turned_tau()._repr_mimebundle_()
    assert set(views) == {"text/plain", "image/png", explorers.TABLE, WIDGET}
    assert views["text/plain"] == "Explorer: A die"
    assert capsys.readouterr().out == ""


def test_without_ipywidgets_one_sentence_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(_explorer, "_kernel_listens", lambda: True)
    monkeypatch.setattr(_explorer.importlib.util, "find_spec", lambda name: None)
    assert set(turned_tau()._repr_mimebundle_()) == {"text/plain", "image/png", explorers.TABLE}
    assert "run %pip install ipywidgets" in capsys.readouterr().out
