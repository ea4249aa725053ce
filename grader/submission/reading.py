"""Reading a submitted notebook: untrusted JSON of any shape or size."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.course.script import MAX_NAMED, defines
from grader.untrusted import whole_characters
from grader.worker.dialect import as_python, count_own, unwrapped

MAX_BYTES = 64 * 2**20
MAX_CELLS = 5_000
MAX_CODE = 2**20
MAX_OWN = 5_000  # lines of IPython's own syntax, each of which takes a tenth of a millisecond or more to be read
MAX_VALUES = 3_000_000


class Unreadable(ValueError):
    """The file cannot be graded; the text is a sentence that says why and what to do."""


@dataclass(frozen=True)
class StudentCell:
    """A cell as the student handed it in. `ids` are its cell id and its nbgrader id, if it has them."""

    is_code: bool
    ids: tuple[str, ...]
    source: str

    @cached_property
    def defines(self) -> set[str]:
        """The names that it binds at top level; none if it is not code that Python can read."""
        try:
            return defines(without_magics(self.source)) if self.is_code else set()
        except SyntaxError:
            return set()


def without_magics(source: str) -> str:
    """The cell as Python that can be parsed: IPython's own syntax (`%time`, `x = !ls`, `x?`) has become calls.

    Of a cell that begins with `%%magic` only what the magic runs is left. What is too long to be parsed stays as it is.
    """
    return source if len(source) > MAX_NAMED else as_python(unwrapped(source))


def read_notebook(path: Path) -> list[StudentCell]:
    """The cells of a notebook, in order; Unreadable if the file is not a notebook that can be graded."""
    return [cell for cell, _ in read_cells(path)]


def read_cells(path: Path) -> list[tuple[StudentCell, dict[str, Any]]]:
    """The same, each with the file's own words, of which only `source` and `cell_type` have been looked at."""
    notebook = _parse(_bytes_of(path))
    version = notebook.get("nbformat")
    if version != 4:
        raise Unreadable(
            f"The notebook is in format {version!r:.40}, not 4. Open it in JupyterLab, save it and hand it in again."
        )
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not cells:
        raise Unreadable("The notebook has no cells.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells):,} cells; at most {MAX_CELLS:,} are graded.")
    readable = [(cell, saved) for saved in cells if (cell := _cell(saved)) is not None]
    code = [cell.source for cell, _ in readable if cell.is_code]
    if sum(map(len, code)) > MAX_CODE:
        raise Unreadable(f"The notebook holds more than {MAX_CODE // 2**20} MiB of code, which is too much to grade.")
    if sum(map(count_own, code)) > MAX_OWN:
        raise Unreadable(
            f"The notebook holds more than {MAX_OWN:,} lines such as `!ls`, `%time` or `print?`: too much to grade."
        )
    return readable


def _bytes_of(path: Path) -> bytes:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("This is not a regular file (a folder, a link or a device), so it was not opened.")
        if status.st_size > MAX_BYTES:
            size = status.st_size / 2**20
            raise Unreadable(
                f"The file is {size:,.0f} MiB large; the limit is {MAX_BYTES // 2**20} MiB. "
                "Clear the outputs of all cells, save it and hand it in again."
            )
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from None
    if not content.strip():
        raise Unreadable("The file is empty.")
    return content


def _parse(content: bytes) -> dict[str, Any]:
    if content.count(b",") + content.count(b"[") + content.count(b"{") > MAX_VALUES:  # each becomes an object in memory
        raise Unreadable(f"The file holds more than {MAX_VALUES:,} values. Clear the outputs of all cells and save it.")
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("The file is not text in UTF-8, so it is not a notebook.") from None
    except RecursionError:
        raise Unreadable("The file is nested too deeply to be a notebook.") from None
    except ValueError as error:
        raise Unreadable(_broken_json(content, error)) from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise Unreadable("The file is JSON, but not a notebook.")
    return notebook


def _broken_json(content: bytes, error: ValueError) -> str:
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "The file is not a notebook (a notebook is JSON text that begins with '{')."
    if isinstance(error, json.JSONDecodeError) and _ended_early(error):
        return "The file is incomplete: it was cut off when it was saved or uploaded. Hand it in again."
    line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return f"The file is damaged: it is not valid JSON{line}. Hand it in again."


def _ended_early(error: json.JSONDecodeError) -> bool:
    return error.msg.startswith("Unterminated string") or error.pos >= len(error.doc.rstrip())


def _cell(cell: Any) -> StudentCell | None:
    """One cell, or None when it has no readable source."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    ids = tuple(name for name in (cell.get("id"), grade_id) if isinstance(name, str))
    return StudentCell(cell.get("cell_type") == "code", ids, whole_characters(source))
