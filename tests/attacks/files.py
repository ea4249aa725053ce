"""Attacks by the file itself: damaged, enormous, oddly named, no file at all; and archives that climb."""

from __future__ import annotations

import copy
import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.classroom.names import safe_name
from tests.attacks.attack import COSTLY
from tests.notebooks import all_exercises, submission_json

FULL = 54.0  # all but what takes longest to grade
Cell = dict[str, Any]


@dataclass(frozen=True)
class FileAttack:
    """What is written under `name`, the score it earns, and what the gradebook says about it."""

    name: str
    write: Callable[[Path], object]
    score: float
    says: str = ""

    @property
    def student(self) -> str:
        return safe_name(self.name)


def _honest() -> dict[str, Any]:
    return submission_json(stubs=COSTLY)


def _blank() -> dict[str, Any]:
    return submission_json(stubs=all_exercises())


def _text(text: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text if isinstance(text, bytes) else text.encode())


def _changed(change: Callable[[list[Cell]], object], base: Callable[[], dict[str, Any]] = _honest) -> Callable:
    """The notebook after `change` has been at its cells."""

    def write(path: Path) -> None:
        notebook = copy.deepcopy(base())
        change(notebook["cells"])
        path.write_text(json.dumps(notebook), "utf-8")

    return write


def _of(cells: list[Cell], name: str) -> Cell:
    return next(cell for cell in cells if cell["id"] == name)


def _without_ids(cells: list[Cell]) -> None:
    for cell in cells:
        del cell["id"]


def _strange_ids(cells: list[Cell]) -> None:
    strange: list[Any] = [None, [], {}, 7, True, ["encoder"], {"a": []}]
    for number, cell in enumerate(cells):
        cell["id"], cell["metadata"] = strange[number % 7], strange[(number + 1) % 7]


def _same_ids(cells: list[Cell]) -> None:
    for cell in cells:
        cell["id"] = "setup-01"


def _twice(cells: list[Cell]) -> None:
    wrong = dict(_of(cells, "kl_divergence"), source="def kl_divergence(mu, log_var):\n    return mu.sum(1)")
    cells.insert(0, wrong)


def _no_locked_cells(cells: list[Cell]) -> None:
    cells[:] = [cell for cell in cells if cell["id"] in all_exercises()]


def _edited_locked_cells(cells: list[Cell]) -> None:
    answers = "\n\n".join(cell["source"] for cell in _honest()["cells"] if cell["id"] in all_exercises())
    for cell in cells:
        if cell["id"].startswith(("setup", "check")):
            cell["source"] = answers + "\nimport torch\ntorch.equal = torch.allclose = lambda *a, **k: True"


def _retyped(cells: list[Cell]) -> None:
    _of(cells, "kl_divergence")["cell_type"] = "markdown"
    _of(cells, "evaluate")["cell_type"] = "raw"


def _points(cells: list[Cell]) -> None:
    for cell in cells:
        meta = {"grade": True, "grade_id": cell["id"], "points": 1e9, "score": "NaN", "locked": False, "solution": True}
        cell["metadata"] = {"nbgrader": meta}


def _faked_outputs(cells: list[Cell]) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            text = {"text/plain": "passed 100/100", "text/html": "<b>100 / 100</b>"}
            cell["outputs"] = [{"output_type": "execute_result", "data": text, "metadata": {}, "execution_count": 1}]


def _sources(text: str, *names: str) -> Callable[[list[Cell]], None]:
    def change(cells: list[Cell]) -> None:
        for name in names:
            _of(cells, name)["source"] = text

    return change


def _huge_code(cells: list[Cell]) -> None:
    cells += [{"cell_type": "code", "id": f"x{n}", "metadata": {}, "source": "x=1;" * 250_000} for n in range(60)]


def _twice_the_cells(path: Path) -> None:
    whole = json.dumps(_honest())
    path.write_text(whole[:-1] + ', "cells": []}', "utf-8")


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 * 2**20)


def _linked(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def _many_of(item: str, size: int = 60 * 2**20) -> str:
    return (
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1"}], "x": ['
        + item * (size // len(item))
        + "0]}"
    )


DEEP = '{"nbformat": 4, "cells": ' + "[" * 100_000 + "]" * 100_000 + "}"
WHOLE = json.dumps(_honest())
CUT = WHOLE[:30_000]
LINK = "This is a symbolic link"

ATTACKS = [
    FileAttack("10-cut-off", _text(CUT), 0, "cut off"),
    FileAttack("10-damaged", _text(WHOLE.replace('"cells": [', '"cells": [}', 1)), 0, "damaged"),
    FileAttack("10-empty", _text(""), 0, "empty"),
    FileAttack("10-zeros", _text(bytes(10_000)), 0, "not a notebook"),
    FileAttack("10-utf-16", lambda path: path.write_text(CUT, "utf-16"), 0, "UTF-8"),
    FileAttack("10-no-object", _text("[1, 2, 3]"), 0, "not a notebook"),
    FileAttack("10-format-3", _text('{"nbformat": 3, "worksheets": [{"cells": []}]}'), 0, "format 3"),
    FileAttack("10-format-of-lists", _text('{"nbformat": ' + "[" * 900 + "]" * 900 + ', "cells": []}'), 0, "format"),
    FileAttack("10-format-of-digits", _text('{"nbformat": 1' + "0" * 4200 + ', "cells": []}'), 0, "format"),
    FileAttack("10-number-without-end", _text('{"nbformat": 4, "cells": [1' + "0" * 100_000 + "]}"), 0, "damaged"),
    FileAttack("10-deep", _text(DEEP), 0, "too deeply"),
    FileAttack("10-cells-twice", _twice_the_cells, 0, "no cells"),
    FileAttack(
        "10-cells-of-nothing", _text('{"nbformat": 4, "cells": [null, 1, [], {}, {"source": 1}]}'), 0, "exercise"
    ),
    FileAttack("10-million-cells", _text('{"nbformat": 4, "cells": [' + "{}," * 10**6 + "{}]}"), 0, "cells"),
    FileAttack("10-million-objects", _text(_many_of("{},")), 0, "more"),
    FileAttack("10-million-words", _text(_many_of('"ab",')), 0, "more"),
    FileAttack("10-200-megabytes", _sparse, 0, "200 MiB"),
    FileAttack("10-huge-code", _changed(_huge_code), 0, "code"),
    FileAttack("10-no-ids", _changed(_without_ids), FULL),
    FileAttack("10-strange-ids", _changed(_strange_ids), FULL),
    FileAttack("10-same-ids", _changed(_same_ids), 0, "missing"),
    FileAttack("10-cell-twice", _changed(_twice), FULL, "2 times"),
    FileAttack("10-no-locked-cells", _changed(_no_locked_cells), FULL),
    FileAttack("10-edited-locked-cells", _changed(_edited_locked_cells, _blank), 0),
    FileAttack("10-edited-locked-cells-answered", _changed(_edited_locked_cells), FULL),
    FileAttack("10-retyped", _changed(_retyped), FULL - 18, "no longer a code cell"),
    FileAttack("10-changed-points", _changed(_points), FULL),
    FileAttack("10-faked-outputs", _changed(_faked_outputs, _blank), 0),
    FileAttack("10-parser-minus", _changed(_sources("-" * 10**6 + "1", "kl_divergence")), FULL - 11),
    FileAttack("10-parser-brackets", _changed(_sources("(" * 10**5 + ")" * 10**5, "kl_divergence")), FULL - 11),
    FileAttack("10-parser-attributes", _changed(_sources("x" + ".x" * 400_000, "kl_divergence")), FULL - 11),
    FileAttack("10-parser-null", _changed(_sources("x = '\0'", "kl_divergence")), FULL - 11),
    FileAttack("10-surrogates", _changed(_sources("x = '\ud800'", "kl_divergence")), FULL - 11),
    FileAttack("10-link", _linked("00-innocent-complete.ipynb"), 0, LINK),
    FileAttack("10-link-to-nothing", _linked("nothing"), 0, LINK),
    FileAttack("10-link-to-zeros", _linked("/dev/zero"), 0, LINK),
    FileAttack("10-link-to-itself", _linked("10-link-to-itself.ipynb"), 0, LINK),
    FileAttack("10-folder", Path.mkdir, 0, "folder"),
    FileAttack("10-fifo", os.mkfifo, 0, "not an ordinary file"),
    FileAttack("=cmd|'x'!A1", _changed(lambda cells: None), FULL),
    FileAttack("10-\x1b[31mred\n\u202egnp", _changed(lambda cells: None), FULL),
    FileAttack("10-" + "n" * 240, _changed(lambda cells: None), FULL),
    FileAttack("10-<script>alert(1)<", _changed(lambda cells: None), FULL),
]


def write_archive(path: Path) -> None:
    """An archive with an innocent notebook among members that climb, lie about their kind or unpack to gigabytes."""
    notebook = json.dumps(_honest())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("innocent.ipynb", notebook)
        for name in (
            "../up.ipynb",
            "../../home/up.ipynb",
            "/abs.ipynb",
            "a/../../up.ipynb",
            "C:\\up.ipynb",
            "..\\up.ipynb",
        ):
            archive.writestr(name, notebook)
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        with archive.open("bomb.ipynb", "w", force_zip64=True) as file:
            for block in _zeros():
                file.write(block)


def _zeros() -> Iterator[bytes]:
    block = bytes(2**20)
    yield from (block for _ in range(300))
