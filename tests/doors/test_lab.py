"""`grader lab` opens the lesson that comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE, Folders
from grader.doors import lab
from grader.doors.progress import Record
from grader.results import CheckResult, ExerciseResult


def passed(*lessons: str) -> Record:
    check = CheckResult("values", "values", "passed", 1.0, 1.0)
    return Record({name: ExerciseResult(name, (check,)) for one in lessons for name in lesson(one).exercises})


def test_the_first_unfinished_lesson_is_opened() -> None:
    first, second, *_ = lesson_ids()
    assert lab.unfinished(Record()) == first
    assert lab.unfinished(passed(first)) == second
    assert lab.unfinished(passed(second)) == first
    assert lab.unfinished(passed(*lesson_ids())) == lesson_ids()[-1]


def test_jupyterlab_gets_the_notebook_and_the_callers_options() -> None:
    command = lab.command(Record(), ["--port=1"], is_root=False)
    assert command[-2:] == [f"--LabApp.default_url=/lab/tree/{lesson_ids()[0]}/{lesson_ids()[0]}.ipynb", "--port=1"]
    assert "--allow-root" in lab.command(Record(), [], is_root=True)


def test_the_course_s_settings_come_first(monkeypatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    folder, mine = lab.environment()["JUPYTER_CONFIG_PATH"].split(":")
    assert mine == "/mine"
    page = json.loads(Path(folder, "labconfig", "page_config.json").read_text())
    assert "@jupyterlab/apputils-extension:announcements" in page["disabledExtensions"]


# The learner's copies

FIRST = lesson_ids()[0]
ANSWER = "def kl_divergence(mu, log_var):\n    return 'mine'"


@pytest.fixture
def course(tmp_path: Path) -> Folders:
    """The course's lessons in a folder of their own."""
    folders = replace(COURSE, lessons=tmp_path / "lessons")
    for name in lesson_ids():
        folders.notebook(name).parent.mkdir(parents=True)
        folders.notebook(name).write_bytes(COURSE.notebook(name).read_bytes())
    return folders


def edit(path: Path, *, new: dict[str, str] | None = None, behind: dict[str, dict[str, Any]] | None = None) -> None:
    """Gives cells a new source, and puts cells behind others, by id."""
    notebook = json.loads(path.read_text("utf-8"))
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell | {"source": (new or {}).get(cell["id"], cell["source"])})
        cells += [one for name, one in (behind or {}).items() if name == cell["id"]]
    path.write_text(json.dumps(notebook | {"cells": cells}), "utf-8")


def sources(path: Path) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]}


def test_the_learner_gets_copies_that_are_made_once(course) -> None:
    assert lab.prepare(course, update=False) == []
    assert all(sources(course.own(name)) == sources(course.notebook(name)) for name in lesson_ids())
    edit(course.own(FIRST), new={"kl_divergence": ANSWER})
    assert lab.prepare(course, update=True) == []
    assert sources(course.own(FIRST))["kl_divergence"] == ANSWER


def test_a_newer_lesson_is_offered_and_nothing_is_touched(course) -> None:
    lab.prepare(course, update=False)
    before = course.own(FIRST).read_bytes()
    edit(course.notebook(FIRST), new={"markdown-02": "Better said."})
    (offer,) = lab.prepare(course, update=False)
    assert f"newer version of {FIRST}" in offer
    assert "`python course.py lab --update`" in offer
    assert course.own(FIRST).read_bytes() == before


def test_a_newer_lesson_keeps_what_was_written(course) -> None:
    lab.prepare(course, update=False)
    note = {"cell_type": "markdown", "id": "a1b2", "metadata": {}, "source": "Remember: nats."}
    code = {"cell_type": "code", "id": "c3d4", "metadata": {}, "source": "1 + 1", "outputs": [{}], "execution_count": 3}
    edit(course.own(FIRST), new={"kl_divergence": ANSWER}, behind={"kl_divergence": code, "markdown-01": note})
    written = course.own(FIRST).read_bytes()
    newer = {"markdown-02": "Better said.", "kl_divergence": "# a new stub", "encoder": "# another new stub"}
    edit(course.notebook(FIRST), new=newer)

    (said,) = lab.prepare(course, update=True)
    assert said.endswith(f"Your old file: {FIRST}.before-1.ipynb.")
    assert course.own(FIRST).with_name(f"{FIRST}.before-1.ipynb").read_bytes() == written
    now = sources(course.own(FIRST))
    assert (now["markdown-02"], now["kl_divergence"]) == ("Better said.", ANSWER)
    assert now["encoder"] == "# another new stub", "where nothing was written there is the new stub"
    texts = list(now.values())
    assert texts[texts.index(ANSWER) + 1] == "1 + 1"
    assert "Remember: nats." in texts
    assert len(texts) == len(sources(course.notebook(FIRST))) + 2
    assert lab.prepare(course, update=True) == []


def test_a_copy_that_is_no_notebook_stays(course) -> None:
    lab.prepare(course, update=False)
    course.own(FIRST).write_text("{")
    (said,) = lab.prepare(course, update=True)
    assert "stays as it is" in said
    assert course.own(FIRST).read_text() == "{"
