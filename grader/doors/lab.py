"""`grader lab`: JupyterLab with the learner's copies of the lessons, at the first that is not finished.

It comes without news and an instructor's tools.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE, Folders
from grader.doors import own_copies
from grader.doors.progress import Record
from grader.submission.reading import Unreadable

_CONFIG = Path(__file__).with_name("jupyter")


def unfinished(record: Record) -> str:
    """The first lesson with an exercise that has not passed; the last one if there is none."""
    lessons = lesson_ids()
    return next((name for name in lessons if not record.has_completed(lesson(name))), lessons[-1])


def command(record: Record, options: list[str], *, is_root: bool, folders: Folders = COURSE) -> list[str]:
    """What starts JupyterLab; the options are JupyterLab's own."""
    notebook = folders.own(unfinished(record)).relative_to(folders.work).as_posix()
    start = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folders.work}"]
    start += [f"--LabApp.default_url=/lab/tree/{notebook}"]
    return [*start, *["--allow-root"] * is_root, *options]


def environment() -> dict[str, str]:
    """The caller's, with the course's page_config.json among JupyterLab's."""
    known = os.environ.get("JUPYTER_CONFIG_PATH")
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join([str(_CONFIG), *([known] if known else [])])}


def prepare(folders: Folders, *, update: bool) -> list[str]:
    """Makes the learner's copies, and brings older ones up to date if that is wanted; returns what there is to say."""
    said = []
    for name in own_copies.make_missing(folders, lesson_ids()):
        own = folders.own(name).relative_to(folders.work.parent)
        if not update:
            said.append(
                f"There is a newer version of {name} than your {own}. `python course.py lab --update` takes it over, "
                "with what you have written, and keeps the old file beside it."
            )
            continue
        try:
            kept = own_copies.update(folders, name)
        except Unreadable as reason:
            said.append(f"{own} stays as it is. {reason}")
        else:
            said.append(f"{own} is the newer version now, with what you have written. Your old file: {kept.name}.")
    return said


def open_lab(options: list[str], *, update: bool) -> None:
    """Becomes JupyterLab."""
    for sentence in prepare(COURSE, update=update):
        print(sentence, flush=True)
    is_root = os.name == "posix" and os.geteuid() == 0
    if is_root:
        print("You are root, as one is in a container: JupyterLab is started with --allow-root.", flush=True)
    start = command(Record.load(), options, is_root=is_root)
    os.execve(start[0], start, environment())
