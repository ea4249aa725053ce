"""What is uploaded to Gradescope: an autograder that grades, or one that hands back what was graded elsewhere.

Both are archives with `setup.sh` and `run_autograder`. Gradescope unpacks them into /autograder/source, copies
`run_autograder` to /autograder, and runs that for each submission; what it leaves in results/results.json is shown.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.archive import zipped
from grader.classroom.gradebook import Sheet, json_bytes
from grader.classroom.journal import SEED_BITS
from grader.course.catalogue import lesson as find_lesson
from grader.course.catalogue import lesson_ids
from grader.course.folders import COURSE, PACKAGE, ROOT
from grader.render.gradescope import results_json

ASSIGNMENT = "assignment.json"
_HERE = Path(__file__).parent
_FILES = ("course.py", "pyproject.toml", "requirements.lock", "LICENSE")
_PROGRAMS = ("setup.sh", "run_autograder")


def handed_back(sheets: Iterable[Sheet]) -> tuple[bytes, list[str]]:
    """An autograder that gives each submission the result it has here, by its number; and sentences.

    CannotGrade if no submission came from Gradescope.
    """
    files = {"setup.sh": b"#!/bin/sh\n", "run_autograder": (_HERE / "hand_back.py").read_bytes()}
    left_out, apart = [], []
    for sheet in sheets:
        result, standing = sheet.result, sheet.standing
        number = sheet.identity.place.rpartition("_")[2]
        if sheet.identity.system != "gradescope" or not number.isdecimal() or standing.excused:
            left_out.append(f"{result.student} ({'excused' if standing.excused else 'not from Gradescope'})")
            continue
        known = find_lesson(result.lesson) if result.lesson in lesson_ids() else None
        data = results_json(result, known, score=standing.score or 0.0, notes=standing.notes)
        content = json_bytes(data)
        if files.setdefault(f"results/{int(number)}.json", content) != content:
            apart.append(result.student)
    if len(files) == len(_PROGRAMS):
        raise CannotGrade(
            "Gradescope finds results by the numbers of its submissions, and there are none here: the class did not "
            "come as an export from Gradescope. Grade “Export Submissions” into this folder first."
        )
    said = [f"Not in it: {', '.join(left_out)}."] if left_out else []
    if apart:
        said.append(f"Gradescope gives a group one result: what was decided for {', '.join(apart)} alone is not in it.")
    return zipped(files, _PROGRAMS), said


def autograder(lesson: str, *, allow_unisolated: bool = False) -> bytes:
    """The course as an autograder for one lesson, with a secret seed of its own. CannotGrade if that cannot be made."""
    if lesson not in lesson_ids():
        raise CannotGrade(f"There is no lesson {lesson!r}. The lessons are: {', '.join(lesson_ids())}.")
    if not COURSE.script(lesson).is_file():
        raise CannotGrade(f"An autograder is made from the course's sources, and {COURSE.script(lesson)} is not there.")
    about = {"lesson": lesson, "seed": secrets.randbits(SEED_BITS), "allow_unisolated": allow_unisolated}
    files = {name: (_HERE / name).read_bytes() for name in _PROGRAMS}
    files[ASSIGNMENT] = json.dumps(about).encode()
    files |= {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(_course())}
    return zipped(files, _PROGRAMS)


def _course() -> Iterator[Path]:
    """What grading needs of the course: its code, and the scripts that have the right answers."""
    yield from (ROOT / name for name in _FILES)
    yield from COURSE.solutions.glob("*.py")
    for package in (PACKAGE, ROOT / "vaelab"):
        yield from (path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
