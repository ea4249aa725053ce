"""Trying right and wrong answers against the checks: the checks' own test."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grader.course.catalogue import lesson, lesson_ids

if TYPE_CHECKING:
    from grader.grading.grader import Grader

_LABEL = re.compile(r"#\s*misconception:\s*([a-z0-9-]+)\s*$")


def label_of(source: str) -> str | None:
    """The misconception that the first line of an answer names."""
    label = _LABEL.match(source.partition("\n")[0])
    return label[1] if label else None


class NoAnswers(ValueError):
    """The folder is not laid out as {lesson}/{exercise}/{right,wrong}/{name}.py."""


@dataclass(frozen=True)
class Answer:
    """Source text for one exercise, and what the checks should make of it."""

    lesson: str
    exercise: str
    name: str
    kind: Literal["right", "wrong"]
    source: str

    @property
    def expected(self) -> str | None:
        """The misconception that a wrong answer's first line names."""
        return label_of(self.source) if self.kind == "wrong" else None


@dataclass(frozen=True)
class Trial:
    """What the checks made of one answer."""

    lesson: str
    exercise: str
    name: str
    kind: Literal["right", "wrong"]
    passed: bool
    expected: str | None
    misconceptions: list[str]
    failed: list[str]
    message: str

    @property
    def as_it_should(self) -> bool:
        return self.passed == (self.kind == "right")

    @property
    def naming(self) -> Literal["rightly", "wrongly", "not at all"]:
        """How a wrong answer's misconception was named; a right answer must not be given any."""
        if not self.misconceptions:
            return "not at all"
        return "rightly" if self.expected in self.misconceptions and self.kind == "wrong" else "wrongly"

    @property
    def oddity(self) -> str:
        """What is odd about it, in a few words; empty if nothing is. An unlabelled wrong answer may get any name."""
        named = ", ".join(self.misconceptions)
        if not self.as_it_should:
            return f"{'passed' if self.passed else 'failed'} although {self.kind}"
        if self.kind == "right":
            return f"passed, but named {named}" if named else ""
        if self.expected is None or self.naming == "rightly":
            return ""
        return f"named {named} instead of {self.expected}" if named else f"{self.expected} not named"

    @property
    def path(self) -> str:
        """Its file, seen from the folder of answers."""
        return f"{self.lesson}/{self.exercise}/{self.kind}/{self.name}.py"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Figures:
    """How good the checks are: the answers that they judged correctly, and the misconceptions that they named."""

    right: int
    right_passed: int
    wrong: int
    wrong_failed: int
    labelled: int
    named_rightly: int
    named_wrongly: int
    unnamed: int

    @property
    def sentences(self) -> tuple[str, str, str]:
        return (
            f"{self.right_passed} of {self.right} right answers passed",
            f"{self.wrong_failed} of {self.wrong} wrong answers failed",
            f"{self.labelled} labelled misconceptions: {self.named_rightly} named correctly, "
            f"{self.named_wrongly} wrongly, {self.unnamed} not at all",
        )


def figures(trials: list[Trial]) -> Figures:
    """The figures of these trials. A right answer that was given a misconception counts as named wrongly too."""
    right = [trial for trial in trials if trial.kind == "right"]
    wrong = [trial for trial in trials if trial.kind == "wrong"]
    labelled = [trial for trial in wrong if trial.expected]
    return Figures(
        right=len(right),
        right_passed=sum(trial.passed for trial in right),
        wrong=len(wrong),
        wrong_failed=sum(not trial.passed for trial in wrong),
        labelled=len(labelled),
        named_rightly=sum(trial.naming == "rightly" for trial in labelled),
        named_wrongly=sum(trial.naming == "wrongly" for trial in labelled + right),
        unnamed=sum(trial.naming == "not at all" for trial in labelled),
    )


def read_answers(folder: Path) -> list[Answer]:
    """All answers below `folder`; NoAnswers if there are none, or if one does not belong to an exercise."""
    answers = list(_files(folder)) if folder.is_dir() else []
    if not answers:
        raise NoAnswers(f"No answers in {folder}. They belong in LESSON/EXERCISE/right/NAME.py and …/wrong/NAME.py.")
    return answers


def _files(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("*/*/*/*.py")):
        lesson_id, exercise, kind, name = path.relative_to(folder).with_suffix("").parts
        if lesson_id not in lesson_ids() or exercise not in lesson(lesson_id).exercises:
            raise NoAnswers(f"{path}: there is no exercise {exercise!r} in a lesson {lesson_id!r}.")
        if kind not in ("right", "wrong"):
            raise NoAnswers(f"{path}: answers belong in a folder `right` or `wrong`, not {kind!r}.")
        yield Answer(lesson_id, exercise, name, "right" if kind == "right" else "wrong", path.read_text("utf-8"))


def misconceptions_shown(folder: Path) -> set[str]:
    """The misconceptions that the wrong answers to one exercise name; `folder` is the exercise's."""
    labels = [label_of(path.read_text("utf-8")) for path in folder.glob("wrong/*.py")]
    return {label for label in labels if label}


def try_answers(folder: Path, seeds: Sequence[int] = (0,)) -> Iterator[Trial]:
    """Tries every answer in its exercise's place in the reference notebook, over all cores.

    In the files' order, once with each grading seed.
    """
    answers = read_answers(folder)
    workers = min(os.cpu_count() or 1, len(answers) * len(seeds))
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start) as pool:
        yield from pool.map(_try, answers * len(seeds), [seed for seed in seeds for _ in answers])


_grader: Any = None


def _start() -> None:
    """In each process of the pool: its own grader, which ends with the process."""
    global _grader
    from grader.grading.grader import Grader

    _grader = Grader()


def _try(answer: Answer, seed: int) -> Trial:
    return try_answer(_grader, answer, seed)


def try_answer(grader: Grader, answer: Answer, seed: int) -> Trial:
    """Tries one answer in its exercise's place in the reference notebook."""
    from grader.submission.plan import reference_submission

    submission = reference_submission(lesson(answer.lesson), {answer.exercise: answer.source})
    result = grader.grade_exercise(submission, answer.exercise, seed)
    messages = [check.message for check in result.checks if check.verdict != "passed"]
    return Trial(
        lesson=answer.lesson,
        exercise=answer.exercise,
        name=answer.name,
        kind=answer.kind,
        passed=result.verdict == "passed",
        expected=answer.expected,
        misconceptions=list(result.misconceptions),
        failed=[check.name for check in result.checks if check.verdict == "failed"],
        message=messages[0] if messages else "",
    )
