"""The executed walkthrough of a lesson, tidied so that only what the lesson says remains."""

from __future__ import annotations

import copy
import html
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

from grader.authoring.errors import BuildError
from grader.authoring.notebooks import METADATA, attach_cover, attached_cover
from grader.authoring.points import Check
from grader.course.folders import ROOT
from vaelab import data
from vaelab.explorers import TABLE

CELL_SECONDS = 900
FIGURES = "--InlineBackend.print_figure_kwargs={'bbox_inches': 'tight', 'metadata': {'Software': None}}"
_CARD = '<article class="grader grader-passed">'
_FAILED_CARD = re.compile(r'class="grader grader-(failed|partly|unwritten|not_checked)"')
_OF_THIS_MACHINE = re.compile(re.escape(str(ROOT)) + "| at 0x[0-9a-f]{4}")
_WITHOUT_DATA = re.compile(r"vaelab: using digits \((.*)\)")  # what data.resolve("auto") prints
WIDGET = "application/vnd.jupyter.widget-view+json"


def execute(notebook: NotebookNode) -> NotebookNode:
    """The instructor's notebook with its outputs and its opening picture; BuildError when a cell fails."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbconvert.filters import strip_ansi

    notebook = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            extra_arguments=[FIGURES],
        )
        try:
            client.execute(cwd=scratch, env=_environment(scratch))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            reason = strip_ansi(str(error)).strip().splitlines()[-1]
            raise BuildError(f"the walkthrough does not run: {reason}") from None
    _tidy(notebook)
    picture = drawn_cover(notebook)
    if picture is None:
        raise BuildError('the demo="cover" drew no picture')
    attach_cover(notebook, picture)
    return notebook


def reworded(walkthrough: NotebookNode, notebook: NotebookNode) -> NotebookNode | None:
    """The instructor's `notebook` with the results of a walkthrough whose code is the same; None if it is not."""
    bare = {cell.id: cell for cell in _without_results(walkthrough).cells if cell.cell_type == "code"}
    if list(bare.values()) != [cell for cell in notebook.cells if cell.cell_type == "code"]:
        return None
    results = {cell.id: cell for cell in walkthrough.cells if cell.cell_type == "code"}
    renewed = copy.deepcopy(notebook)
    renewed.cells = [results.get(cell.id, cell) for cell in renewed.cells]
    if cover := attached_cover(walkthrough):
        attach_cover(renewed, cover)
    return renewed


def confirm_data(before: NotebookNode | None) -> None:
    """BuildError where pictures of Fashion-MNIST would be drawn again from the digits, as that is missing."""
    sources = [cell.source for cell in before.cells if cell.cell_type == "code"] if before else []
    if (
        any("data.resolve(" in source for source in sources)
        and not _without_data(before)
        and data.resolve() == "digits"
    ):
        raise BuildError(
            "its pictures are of Fashion-MNIST, which is missing here, so it was left as it is: set VAELAB_DATA to the "
            "folder that has it"
        )


def _without_data(walkthrough: NotebookNode | None) -> bool:
    outputs = [output for cell in (walkthrough.cells if walkthrough else []) for output in cell.get("outputs", [])]
    return any(_WITHOUT_DATA.search(_text(output)) for output in outputs)


def drawn_cover(walkthrough: NotebookNode) -> str | None:
    """The first picture (PNG, base64) of the demo="cover" cell."""
    for cell in walkthrough.cells:
        if "cover" in cell.metadata.get("tags", []):
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    return output["data"]["image/png"].strip()
    return None


def problems(walkthrough: NotebookNode | None, notebook: NotebookNode, checks: Mapping[str, list[Check]]) -> list[str]:
    """What is stale, missing or wrong about a walkthrough of the instructor's `notebook`, which shows these checks."""
    if walkthrough is None:
        return ["there is no walkthrough"]
    if _without_results(walkthrough) != notebook:
        where = _first_difference(walkthrough, notebook)
        return [f"the walkthrough is older than its source{where}; run `grader build --execute`"]
    found = []
    for cell in walkthrough.cells:
        if cell.cell_type == "code":
            found += [f"the walkthrough's cell {cell.id} {flaw}" for flaw in _flaws(cell)]
    for exercise, own in checks.items():
        if any(_is_older(cell, own) for cell in walkthrough.cells if cell.source == f'check("{exercise}")'):
            found.append(f"the walkthrough's card of {exercise} is older than its checks; run `grader build --execute`")
    if drawn_cover(walkthrough) is None or attached_cover(walkthrough) != drawn_cover(walkthrough):
        found.append('the walkthrough does not open with the picture of its demo="cover"')
    return found


def _flaws(cell: NotebookNode) -> Iterator[str]:
    if cell.execution_count is None:
        yield "has not been executed"
    if any(output.output_type == "error" for output in cell.outputs):
        yield "ended in an error"
    shown = "\n".join(map(_text, cell.outputs))
    if _FAILED_CARD.search(shown):
        yield "shows a card that is not a pass"
    if _OF_THIS_MACHINE.search(shown):
        yield "shows a path or an address of the machine that made it"
    if reason := _WITHOUT_DATA.search(shown):
        yield f"draws digits instead of Fashion-MNIST ({reason[1]}): set VAELAB_DATA and run it again before committing"


def _is_older(cell: NotebookNode, checks: list[Check]) -> bool:
    """Whether a cell shows a card with other checks, or other points, than there are now."""
    shown = "\n".join(map(_text, cell.outputs))
    if _CARD not in shown:
        return False
    titles = [html.unescape(re.sub("<.*?>", "", title)) for title in re.findall(r"<li>(.*?)</li>", shown)]
    points = sum(check.points for check in checks)
    current = sorted(check.title.replace("`", "") for check in checks)
    return sorted(titles) != current or f"{points:g} of {points:g} points" not in shown


def _text(output: NotebookNode) -> str:
    data = output.get("data", {})
    return "\n".join([output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")])


def _environment(scratch: str) -> dict[str, str]:
    """The builder's environment, without what would make cells behave as under nbgrader."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER_")}
    path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return kept | {
        "OMP_NUM_THREADS": "1",  # sums, and so the figures in the text, depend on the number of threads
        "VAELAB_DEVICE": "cpu",  # and on where they are computed
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "VAELAB_PROGRESS": os.path.join(scratch, "progress.json"),  # building is not learning
        "PYTHONPATH": path,
    }


def _tidy(notebook: NotebookNode) -> None:
    """Keep what the lesson shows; drop progress bars, warnings of the day and the machine's version."""
    notebook.metadata = _node(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for output in cell.outputs:
                if TABLE in output.get("data", {}):
                    output.data.pop(WIDGET, None)  # sliders need a kernel; the picture and the table stay
            cell.outputs = [output for output in cell.outputs if not _is_fleeting(output)]


def _is_fleeting(output: NotebookNode) -> bool:
    return output.get("name") == "stderr" or WIDGET in output.get("data", {})


def _without_results(walkthrough: NotebookNode) -> NotebookNode:
    bare = copy.deepcopy(walkthrough)
    for cell in bare.cells:
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def _first_difference(walkthrough: NotebookNode, notebook: NotebookNode) -> str:
    for old, new in zip(_without_results(walkthrough).cells, notebook.cells, strict=False):
        if old != new:
            return f" (first at cell {new.id})"
    return ""


def _node(value: dict[str, Any]) -> NotebookNode:
    from nbformat import from_dict

    return from_dict(copy.deepcopy(value))
