"""`grader lab`: JupyterLab with the first lesson that is not finished, without news or an instructor's tools."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE, Folders
from grader.doors.progress import Record

_CONFIG = Path(__file__).with_name("jupyter")


def unfinished(record: Record) -> str:
    """The first lesson with an exercise that has not passed; the last one if there is none."""
    lessons = lesson_ids()
    return next((name for name in lessons if not record.has_completed(lesson(name))), lessons[-1])


def command(record: Record, options: list[str], *, is_root: bool, folders: Folders = COURSE) -> list[str]:
    """What starts JupyterLab; the options are JupyterLab's own."""
    notebook = folders.notebook(unfinished(record)).relative_to(folders.lessons).as_posix()
    start = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folders.lessons}"]
    start += [f"--LabApp.default_url=/lab/tree/{notebook}"]
    return [*start, *["--allow-root"] * is_root, *options]


def environment() -> dict[str, str]:
    """The caller's, with the course's page_config.json among JupyterLab's."""
    known = os.environ.get("JUPYTER_CONFIG_PATH")
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join([str(_CONFIG), *([known] if known else [])])}


def open_lab(options: list[str]) -> None:
    """Becomes JupyterLab."""
    is_root = os.name == "posix" and os.geteuid() == 0
    if is_root:
        print("You are root, as one is in a container: JupyterLab is started with --allow-root.", flush=True)
    start = command(Record.load(), options, is_root=is_root)
    os.execve(start[0], start, environment())
