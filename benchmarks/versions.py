"""The checks in a notebook, with the torch of other environments: what passes in one has to pass in all.

    python benchmarks/versions.py [PYTHON ...] [--lessons LESSON ...] [--quick]

PYTHON is the interpreter of an environment that has what the course's core asks for (`pip install .`); without one, it
is this one. In each, every lesson's cells run in one process, with the reference answers: all exercises are checked as
`check` does it, and for each that needs no training one wrong answer besides, which has to fail and to get its name.
--quick: without training. Exits with 1 unless everything came out so. Writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from _common import is_trained_model, lessons_named, machine, print_table

from grader.authoring.answers import Answer, read_answers
from grader.course import script
from grader.course.catalogue import lesson
from grader.course.folders import COURSE, ROOT
from grader.doors.live import LivePlace, define
from grader.grading.verdicts import Verdicts

SEED = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", default=[sys.executable])
    parser.add_argument("--lessons", nargs="*", default=[], metavar="LESSON")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--here", metavar="LESSON", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        print(json.dumps(checked(options.here, train=not options.quick)))
        return 0
    print(machine())
    fine = True
    for python in options.pythons:
        found = {name: asked(python, name, options.quick) for name in lessons_named(parser, options.lessons)}
        rows = [[name, *counted(one)] for name, one in found.items()]
        versions = next(iter(found.values()))["versions"]
        print_table(versions, ["lesson", "exercises passed", "wrong answers failed", "with their names"], rows)
        for name, one in found.items():
            for oddity in one["odd"]:
                print(f"{name}: {oddity}")
                fine = False
    return 0 if fine else 1


def asked(python: str, lesson_id: str, quick: bool) -> dict[str, Any]:
    """What `checked` gives in another environment."""
    command = [python, __file__, "--here", lesson_id, *["--quick"] * quick]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "VAELAB_PROGRESS": str(Path(folder, "progress.json"))}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} could not run {lesson_id}:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def counted(found: dict[str, Any]) -> list[str]:
    return [f"{found[kind][0]} of {found[kind][1]}" for kind in ("right", "wrong", "named")]


def checked(lesson_id: str, *, train: bool) -> dict[str, Any]:
    """How many came out as they should, of how many, by kind; and what did not."""
    import numpy
    import torch

    names, odd = notebook(lesson_id, train=train), []
    asked = [name for name in lesson(lesson_id).exercises if train or not is_trained_model(name)]
    failed = [name for name in asked if verdict(lesson_id, names, name)[0] != "passed"]
    odd += [f"{name}: the reference fails" for name in failed]
    wrong, caught, named = one_for_each(lesson_id), 0, 0
    for answer in wrong:
        said, misconceptions = verdict(lesson_id, notebook(lesson_id, answer), answer.exercise)
        caught += said != "passed"
        named += answer.expected in misconceptions
        if said == "passed" or answer.expected not in misconceptions:
            odd.append(f"{answer.exercise}/{answer.name}: {said}, named {misconceptions} instead of {answer.expected}")
    return {
        "versions": f"torch {torch.__version__}, numpy {numpy.__version__}, Python {sys.version.split()[0]}",
        "right": [len(asked) - len(failed), len(asked)],
        "wrong": [caught, len(wrong)],
        "named": [named, len(wrong)],
        "odd": odd,
    }


def notebook(lesson_id: str, instead: Answer | None = None, *, train: bool = False) -> dict[str, Any]:
    """The names of a notebook whose cells have run; `instead` stands in its exercise's place."""
    names: dict[str, Any] = {"__name__": "notebook"}
    for cell in script.read(COURSE.script(lesson_id)):
        name = cell.name or "setup"
        if cell.kind == "setup" or (cell.kind == "exercise" and (train or not is_trained_model(name))):
            source = instead.source if instead and instead.exercise == name else script.reference(cell)
            define(source, name, names)
    return names


def verdict(lesson_id: str, names: dict[str, Any], exercise: str) -> tuple[str, list[str]]:
    result = Verdicts(lesson(lesson_id), LivePlace(lesson(lesson_id), names, SEED)).of(exercise)
    return result.verdict, list(result.misconceptions)


def one_for_each(lesson_id: str) -> list[Answer]:
    """The first wrong answer with a label, for each exercise that needs no training."""
    found: dict[str, Answer] = {}
    for answer in read_answers(COURSE.answers):
        if answer.lesson == lesson_id and answer.expected and not is_trained_model(answer.exercise):
            found.setdefault(answer.exercise, answer)
    return list(found.values())


if __name__ == "__main__":
    raise SystemExit(main())
