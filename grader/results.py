"""What grading produces: plain values that are written to JSON and drawn by the renderers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Verdict = Literal["passed", "failed", "not_checked"]


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check. `also` has what its evidence proves beside the misconception, where two are at once."""

    name: str
    title: str
    verdict: Verdict
    score: float
    max_score: float
    message: str = ""
    hint: str = ""
    misconception: str | None = None
    also: tuple[str, ...] = ()

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The one that the check names, and those that are in the answer besides."""
        return (self.misconception, *self.also) if self.misconception else ()


@dataclass(frozen=True)
class ExerciseResult:
    """The outcome of one exercise: all its checks, and what they add up to.

    followed_through: what it was checked on the course's version of. judged_twice: whether it was checked on the
    student's own version of that, too, and the better of two outcomes is this one. notes: what was wrong in form.
    """

    name: str
    checks: tuple[CheckResult, ...]
    followed_through: tuple[str, ...] = ()
    judged_twice: bool = False
    notes: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        return sum(check.score for check in self.checks)

    @property
    def max_score(self) -> float:
        return sum(check.max_score for check in self.checks)

    @property
    def verdict(self) -> Verdict:
        """Passed when every check passed; not checked when none could be; else failed."""
        verdicts = {check.verdict for check in self.checks}
        if verdicts == {"passed"}:
            return "passed"
        return "failed" if "failed" in verdicts or "passed" in verdicts else "not_checked"

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The misconceptions that the checks named, each once, in the order of the checks."""
        return tuple(dict.fromkeys(name for check in self.checks for name in check.misconceptions))

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "verdict": self.verdict,
            "followed_through": list(self.followed_through),
            "judged_twice": self.judged_twice,
            "notes": list(self.notes),
            "misconceptions": list(self.misconceptions),
            "checks": [asdict(check) | {"also": list(check.also)} for check in self.checks],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ExerciseResult:
        checks = tuple(CheckResult(**check | {"also": tuple(check.get("also", ()))}) for check in data["checks"])
        notes = tuple(data.get("notes", ()))  # which results of earlier versions lack, and the next one
        return cls(data["name"], checks, tuple(data["followed_through"]), bool(data.get("judged_twice", False)), notes)


@dataclass(frozen=True)
class Result:
    """One graded submission. `error` says why nothing in it could be graded, or is None; `notes` are about all of it.

    `notes` are sentences on what was odd about the notebook. `answers` has what the student wrote for each exercise,
    where that is not the stub.
    """

    student: str
    lesson: str
    seed: int
    exercises: tuple[ExerciseResult, ...] = field(default=())
    error: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        return sum(exercise.max_score for exercise in self.exercises)

    @property
    def is_graded(self) -> bool:
        """Whether anything in it could be checked."""
        return self.error is None

    @property
    def all_notes(self) -> tuple[str, ...]:
        """Those on all of it, and those on each exercise."""
        return (*self.notes, *(note for exercise in self.exercises for note in exercise.notes))

    def to_dict(self) -> dict[str, Any]:
        return {
            "student": self.student,
            "lesson": self.lesson,
            "score": self.score,
            "max_score": self.max_score,
            "seed": self.seed,
            "error": self.error,
            "exercises": [exercise.to_dict() for exercise in self.exercises],
            "answers": self.answers,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Result:
        exercises = tuple(ExerciseResult.from_dict(exercise) for exercise in data["exercises"])
        notes = tuple(data.get("notes", ()))  # which results of earlier versions lack
        return cls(data["student"], data["lesson"], data["seed"], exercises, data["error"], data["answers"], notes)
