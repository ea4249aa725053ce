"""The files of a graded class, all made from the journal: the same journal gives the same bytes.

A file that is missing or was changed is written again by the next run; nothing here is ever half-written.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from grader.classroom.journal import Journal
from grader.files import write_if_changed
from grader.results import Result
from grader.untrusted import one_line

COLUMNS = ("student", "lesson", "score", "max_score", "error")  # the exercises' columns come before the last one
UNKNOWN_LESSON = "unknown"
_SIGNS = "=+@＝＋－＠-"  # of a formula, full-width ones too
_FORMULA = re.compile(rf"^(?=['{_SIGNS}])|(?<=[;,|\t])(?=\s*[{_SIGNS}])")  # a program may cut cells elsewhere than we

Feedback = Callable[[Result], str]


def write_gradebook(out: Path, journal: Journal, feedback: Feedback) -> None:
    """Write gradebook.csv, results/ and feedback/ below `out`, and remove what an earlier class left there.

    feedback: the page that a student reads, in HTML, of one result.
    """
    current: set[Path] = set()
    columns: dict[str, dict[str, None]] = {}
    for data in journal.results():
        names = columns.setdefault(data["lesson"], {})
        names.update(dict.fromkeys(exercise["name"] for exercise in data["exercises"]))
        place = _place(data["student"], data["lesson"])
        current.add(place)
        write_if_changed(_result_file(out, place), json_bytes(data))
        write_if_changed(_feedback_file(out, place), _bytes(feedback(Result.from_dict(data))))
    for student, lesson in journal.former():
        place = _place(student, lesson)
        if place not in current:
            _result_file(out, place).unlink(missing_ok=True)
            _feedback_file(out, place).unlink(missing_ok=True)
    journal.drop_superseded()
    exercises = list(dict.fromkeys(name for lesson in sorted(columns) for name in columns[lesson]))
    write_if_changed(out / "gradebook.csv", _bytes(_table(journal.results(), exercises)))


def _place(student: str, lesson: str) -> Path:
    return Path(student, lesson or UNKNOWN_LESSON)


def _result_file(out: Path, place: Path) -> Path:
    return out / "results" / place.parent / f"{place.name}.json"


def _feedback_file(out: Path, place: Path) -> Path:
    return out / "feedback" / place.parent / f"{place.name}.html"


def json_bytes(data: Any) -> bytes:
    """`data` as the JSON text of files and of `--json`."""
    return _bytes(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _table(results: Iterable[dict[str, Any]], exercises: list[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS[:-1], *exercises, COLUMNS[-1]])
    writer.writerows(_row(data, exercises) for data in results)
    return text.getvalue()


def _row(data: dict[str, Any], exercises: list[str]) -> Iterator[str]:
    scores = {exercise["name"]: exercise["score"] for exercise in data["exercises"]}
    yield _plain(data["student"])
    yield _plain(data["lesson"])
    yield _number(data["score"])
    yield _number(data["max_score"])
    for name in exercises:
        yield _number(scores[name]) if name in scores else ""
    yield _plain(data["error"] or "")


def _plain(text: str) -> str:
    """`text` on one line, such that no spreadsheet takes it for a formula."""
    return _FORMULA.sub("'", one_line(text))


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 6))
