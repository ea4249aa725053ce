"""What an explorer is: controls, and a table with a drawing for every way in which they can be set.

A notebook shows it with sliders where ipywidgets is installed and a kernel listens, and otherwise as a picture. The
table goes with it into the notebook, so that a page can make controls of its own without a kernel.
"""

from __future__ import annotations

import base64
import html
import importlib.util
import io
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from vaelab._drawing import svg

if TYPE_CHECKING:
    from ipywidgets import Box

TABLE = "application/vnd.vaelab.explorer+json"


@dataclass(frozen=True)
class Control:
    """A setting: its name, its values as they are read, where it starts, and whether they are kinds or a scale."""

    name: str
    values: Sequence[str]
    start: int = 0
    is_choice: bool = False


@dataclass(frozen=True)
class Frame:
    """What is shown at one setting: what it draws (the content of an SVG), and what that shows in words."""

    drawing: str
    words: str


@dataclass(frozen=True, repr=False)
class Explorer:
    """Frames for every setting of the controls, of which the last one changes fastest, and a picture of the whole.

    size: of a frame in pixels; backdrop: what all frames draw first.
    """

    title: str
    still: Figure
    size: tuple[float, float]
    controls: Sequence[Control]
    frames: Sequence[Frame]
    backdrop: str = ""

    def __post_init__(self) -> None:
        settings = math.prod(len(control.values) for control in self.controls)
        if len(self.frames) != settings:
            raise ValueError(f"{settings} settings need as many frames, not {len(self.frames)}")

    def __repr__(self) -> str:
        return f"Explorer: {self.title}"

    def frame(self, places: Sequence[int]) -> Frame:
        """What is shown where each control stands at this place of its values."""
        index = 0
        for control, place in zip(self.controls, places, strict=True):
            index = index * len(control.values) + place
        return self.frames[index]

    def table(self) -> dict[str, Any]:
        """Everything but the picture as plain values."""
        return {
            "title": self.title,
            "size": list(self.size),
            "backdrop": self.backdrop,
            "controls": [asdict(control) | {"values": list(control.values)} for control in self.controls],
            "frames": [asdict(frame) for frame in self.frames],
        }

    def widget(self) -> Box:
        """The controls with what they show, and the still picture beside it; needs ipywidgets."""
        import ipywidgets

        boxes = [_box(control) for control in self.controls]
        shown = ipywidgets.HTML()

        def show(_: object = None) -> None:
            frame = self.frame([box.index for box in boxes])
            drawn = svg(self.size, self.backdrop + frame.drawing, frame.words)
            shown.value = f"{drawn}<p>{html.escape(frame.words)}</p>"

        for box in boxes:
            box.observe(show, "index")
        show()
        source = f'src="data:image/png;base64,{self._png}"'
        still = ipywidgets.HTML(f'<img style="max-width:100%" alt="{html.escape(self.title)}" {source}>')
        wraps = ipywidgets.Layout(display="flex", flex_flow="row wrap", align_items="flex-start")
        return ipywidgets.Box([ipywidgets.VBox([*boxes, shown]), still], layout=wraps)

    @cached_property
    def _png(self) -> str:
        content = io.BytesIO()
        self.still.savefig(content, format="png", bbox_inches="tight", metadata={"Software": None})
        return base64.b64encode(content.getvalue()).decode()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """How a notebook shows it: what understands none of the better ways takes the picture."""
        views: dict[str, Any] = {"text/plain": repr(self), "image/png": self._png, TABLE: self.table()}
        if not _kernel_listens():
            return views
        if importlib.util.find_spec("ipywidgets") is None:
            print("Sliders for this picture come with ipywidgets: run %pip install ipywidgets and restart the kernel.")
            return views
        return self.widget()._repr_mimebundle_() | views


def _box(control: Control) -> Any:
    import ipywidgets

    kind = ipywidgets.Dropdown if control.is_choice else ipywidgets.SelectionSlider
    return kind(options=list(control.values), index=control.start, description=control.name)


def _kernel_listens() -> bool:
    """Whether this runs in a notebook's kernel, which can answer when a slider is moved."""
    ipython = sys.modules.get("IPython")
    return getattr(ipython and ipython.get_ipython(), "kernel", None) is not None
