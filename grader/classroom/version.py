"""Which state of the course a result belongs to: a hash of everything that decides a lesson's verdicts."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from grader.catalogue import PACKAGE, lesson, lesson_ids


@cache
def course_version(lesson_id: str) -> str:
    """The version of a lesson's checks and solutions; of the whole course when the lesson is not known."""
    lessons = [lesson_id] if lesson_id in lesson_ids() else list(lesson_ids())
    files = _shared_files()
    for known in lessons:
        files += _files_of(known)
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _shared_files() -> list[Path]:
    """What the checks of all lessons use: their vocabulary, oracles and thresholds."""
    folder = PACKAGE / "checks"
    return [path for path in folder.glob("*.py") if not path.name.startswith("test_")] + [
        path for path in folder.glob("*.toml") if path.stem not in lesson_ids()
    ]


def _files_of(lesson_id: str) -> list[Path]:
    known = lesson(lesson_id)
    described = [PACKAGE / folder / f"{lesson_id}.toml" for folder in ("checks", "misconceptions")]
    return [known.checks_file, known.source_file, *described]
