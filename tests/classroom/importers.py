"""How campus systems read what is exported, in short: what each looks for in a table, and in the name of a file.

Written after Canvas's `GradebookImporter` and `Assignment#infer_comment_context_from_filename`, the importers of
Moodle's `assignfeedback_offline` and `assignfeedback_file`, and what Gradescope documents of an autograder's results.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """The system would not take this."""


@dataclass
class Grades:
    """What a gradebook has read: grades by student's number and assignment, and the points of each assignment."""

    grades: dict[tuple[int, str], str] = field(default_factory=dict)
    possible: dict[str, str] = field(default_factory=dict)


def canvas_grades(text: str) -> Grades:
    """“Import” in the gradebook: columns about the student up to the section, then an assignment each."""
    header, *rows = csv.reader(io.StringIO(text))
    if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
        raise Refused("Invalid header row")
    columns = 5 if header[2:4] == ["SIS User ID", "SIS Login ID"] else 3
    if "Section" not in header[columns - 1]:
        raise Refused("Invalid header row")
    assignments = {number: title for number, title in enumerate(header) if number >= columns}
    found = Grades()
    for row in rows:
        for number, title in assignments.items():
            if "Points Possible" in row[0]:
                found.possible[title] = row[number]
            elif row[number].strip():
                found.grades[int(row[1]), title] = row[number].strip()
    return found


def canvas_page(name: str) -> tuple[int, int]:
    """“Upload Submissions”: the numbers of the user and of the file that the page is put beside."""
    numbers = [part for part in name.split("_") if re.fullmatch(r"\d+", part)]
    if len(numbers) < 2 or name.startswith("._") or name.split("_")[-1].startswith("link"):
        raise Refused(name)
    return int(numbers[0]), int(numbers[1])


def moodle_grades(text: str) -> dict[int, str]:
    """“Upload grading worksheet”, in English, by the number of the participant."""
    rows = list(csv.DictReader(io.StringIO(text)))
    if not {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0]):
        raise Refused("The uploaded file is not a grading worksheet of this assignment")
    return {int(row["Identifier"][len("Participant ") :]): row["Grade"] for row in rows}


def moodle_page(path: str) -> tuple[int, str, str]:
    """“Upload multiple feedback files in a zip”: the participant, the plugin, and what the file is called for them."""
    parts = path.split("/")
    if parts[-1][0] in ".~":
        raise Refused(path)
    while parts:
        about = parts.pop(0).split("_", 4)
        if len(about) >= 4 and about[1].isdecimal():
            return int(about[1]), f"{about[2]}_{about[3]}", "/".join([*about[4:], *parts]).lstrip("/")
    raise Refused(path)


def gradescope_score(results: dict[str, Any]) -> float:
    """The score of results.json. What Gradescope does not know in it is taken for a mistake."""
    known = {"score", "execution_time", "output", "output_format", "test_output_format", "visibility", "tests"}
    test_keys = {"name", "score", "max_score", "status", "output", "output_format", "visibility", "number", "tags"}
    odd = set(results) - known | {key for test in results["tests"] for key in set(test) - test_keys}
    odd |= {one["output_format"] for one in (results, *results["tests"])} - {"text", "html", "md"}
    if odd:
        raise Refused(str(odd))
    if {test["status"] for test in results["tests"]} - {"passed", "failed"}:
        raise Refused("status")
    score = results.get("score", sum(test["score"] for test in results["tests"]))
    if not isinstance(score, int | float):
        raise Refused("score")
    return float(score)
