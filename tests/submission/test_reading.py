"""Reading notebooks of any shape: each ends in cells or in one clear sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from grader.submission.reading import MAX_CELLS, StudentCell, Unreadable, read_notebook


def notebook(*cells: Any, **changes: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | changes


def code(source: Any, **changes: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": source} | changes


def saved(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "hand-in.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_cells_come_with_both_their_ids(tmp_path: Path) -> None:
    cell = code(["x = 1\n", "y = 2"], metadata={"nbgrader": {"grade_id": "b"}})
    assert read_notebook(saved(tmp_path, notebook(cell))) == [StudentCell(True, ("a", "b"), "x = 1\ny = 2")]


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(notebook(code("x"))).encode()
    assert len(read_notebook(saved(tmp_path, content))) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\n ", "The file is empty."),
        (b"PK\x03\x04 a zip file", "not a notebook"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"print('hello')", "not a notebook"),
        (b"[1, 2]", "not a notebook"),
        (json.dumps(notebook(code("x" * 100))).encode()[:90], "cut off"),
        (b'{"nbformat": 4, "cells": [}', "damaged"),
        (b'{"a": ' * 200_000, "nested too deeply"),
        ({"cells": []}, "not a notebook"),
        (notebook(code("x"), nbformat=3), "format 3, not 4"),
        (notebook(code("x"), nbformat="4"), "format '4', not 4"),
        (notebook(), "has no cells"),
        (notebook(cells={"a": 1}), "has no cells"),
        (notebook(*[code("")] * (MAX_CELLS + 1)), "5,001 cells"),
        (notebook(code("x" * 2**21)), "more than 1 MiB of code"),
        (notebook(*[code("a?\n" * 100)] * 51), "more than 5,000 lines such as `!ls`"),
        (b'{"nbformat": 4, "cells": [' + b"{}," * 2**21 + b"{}]}", "more than 3,000,000 values"),
    ],
)
def test_what_cannot_be_graded_gets_a_sentence(tmp_path: Path, content: Any, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_notebook(saved(tmp_path, content))
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "cell",
    [None, 3, "x", [], {}, code(None), code([1, 2]), code({"a": 1})],
)
def test_cells_without_a_readable_source_are_passed_over(tmp_path: Path, cell: Any) -> None:
    assert read_notebook(saved(tmp_path, notebook(cell, code("good")))) == [StudentCell(True, ("a",), "good")]


@pytest.mark.parametrize("metadata", [None, 3, [], {"nbgrader": 3}, {"nbgrader": {"grade_id": 3}}])
def test_odd_metadata_is_as_good_as_none(tmp_path: Path, metadata: Any) -> None:
    assert read_notebook(saved(tmp_path, notebook(code("x", metadata=metadata, id=7)))) == [StudentCell(True, (), "x")]


def test_links_folders_and_pipes_are_not_opened(tmp_path: Path) -> None:
    secret = saved(tmp_path, notebook(code("secret")))
    (tmp_path / "link.ipynb").symlink_to(secret)
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(Unreadable, match="not a regular file"):
            read_notebook(tmp_path / f"{name}.ipynb")


def test_a_missing_file_and_a_huge_one(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_notebook(tmp_path / "nowhere.ipynb")
    huge = tmp_path / "huge.ipynb"
    with huge.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(Unreadable, match="200 MiB"):
        read_notebook(huge)
