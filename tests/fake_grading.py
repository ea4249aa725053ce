"""A grader that does what a submission's text tells it to, to try out what is around it."""

import json
import math
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.gradebook import Sheet
from grader.course.version import Version
from grader.results import CheckResult, ExerciseResult, Result

_TIME = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d")


def untimed(content: bytes) -> bytes:
    """A file without the times of grading, which differ from run to run."""
    return _TIME.sub(b"then", content)


def page(sheet: Sheet) -> str:
    """In place of a page of feedback."""
    return f"{sheet.result.student} {sheet.result.score}"


KNOWN = ("01_plain_vae", "02_one_hot")


@dataclass
class FakeGrader:
    """Opens to itself, in whatever process; every grading it begins is a line in `log`.

    `allowed` is a file with a number: gradings that begin after so many others do not end until it is a larger one.
    """

    log: Path | None = None
    allowed: Path | None = None
    seconds: float = 0.0
    lesson: str = "01_plain_vae"
    version: str = ""
    bonus: int = 0

    def __call__(self) -> "FakeGrader":
        return self

    def version_of(self, asked: str, lesson: str) -> Version:
        return Version({"the lesson": lesson, "the grader itself": self.version})

    def lesson_of(self, path: Path) -> str:
        if path.stat().st_size > 2**20:
            raise ValueError("This file is many MiB large.")
        text = path.read_text("utf-8")
        if text in ("unreadable", "scratch"):
            raise ValueError("This is no notebook." if text == "unreadable" else "This is not one of the course's.")
        return self.lesson

    def __enter__(self) -> "FakeGrader":
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def grade(
        self, path: Path, *, student: str, lesson: str | None, seed: int, kept: Iterable[ExerciseResult] = ()
    ) -> Result:
        begun = self._note(student)
        tries = begun.count(student)
        while len(begun) > self._number_allowed():
            time.sleep(0.01)
        time.sleep(self.seconds)
        order = path.read_text("utf-8")
        match order:
            case "die":
                os._exit(7)
            case "die once" if tries == 1:
                os._exit(7)
            case "die twice" if tries <= 2:
                os._exit(7)
            case "raise":
                raise KeyError("in the grader")
            case "unreadable":
                return Result(student, lesson or "", seed, error="This is no notebook.")
        return self._result(student, lesson or self.lesson, seed, len(order) + self.bonus)

    def refuse(self, reason: str, *, student: str, lesson: str | None, seed: int) -> Result:
        return Result(student, lesson or "", seed, error=reason)

    def _note(self, student: str) -> list[str]:
        """The students whose gradings have begun, this one among them."""
        if self.log is None:
            return []
        with self.log.open("a") as log:
            log.write(json.dumps([student, os.getpid()]) + "\n")
        return [json.loads(line)[0] for line in self.log.read_text().splitlines()]

    def _number_allowed(self) -> float:
        if self.allowed is None:
            return math.inf
        text = self.allowed.read_text()
        return int(text) if text else 0  # it is being written

    def _result(self, student: str, lesson: str, seed: int, points: int) -> Result:
        names = ("encoder", "kl_divergence") if lesson == "01_plain_vae" else ("one_hot",)
        exercises = tuple(
            ExerciseResult(
                name,
                (
                    CheckResult("test_a", "does a", "passed", points, points),
                    CheckResult("test_b", "does b", "failed", 0, 2.5, f"not b\nseed {seed}", "look at b", "kl-sign"),
                ),
            )
            for name in names
        )
        return Result(student, lesson, seed, exercises)


@dataclass
class BrokenGrader(FakeGrader):
    """Cannot be opened."""

    def __enter__(self) -> "BrokenGrader":
        raise RuntimeError("this machine cannot isolate a submission.")


@dataclass
class DeadGrader(FakeGrader):
    """Takes its process with it as soon as it is opened."""

    def __enter__(self) -> "DeadGrader":
        os._exit(9)
