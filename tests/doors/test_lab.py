"""`grader lab` opens the lesson that comes next."""

from __future__ import annotations

import json
from pathlib import Path

from grader.course.catalogue import lesson, lesson_ids
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
