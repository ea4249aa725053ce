"""What a report on a class says: plain values, found by `classroom` and drawn by `render`."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_CLASS = 10  # submissions: the discrimination of an exercise over fewer is chance
MOST_PASS = 0.8  # the pass rate from which failing an exercise stands out
MOST_SURPRISING = 20  # students of whom it is said that they do
COMMON = 3  # students: what more than these, and more than COMMON_SHARE of the class, have alike says nothing
COMMON_SHARE = 0.03


@dataclass(frozen=True)
class Reached:
    """A line of the gradebook in short: points, and per cent of the lesson's; None where there are none to count.

    `said` is what was decided about it, and what was odd, or why it could not be graded.
    """

    student: str
    lesson: str
    score: float | None
    max_score: float
    share: float | None
    excused: bool
    said: str


@dataclass(frozen=True)
class CheckFigures:
    """One check over a class: the share that passed it where its exercise is written, and the mean of its points."""

    title: str
    passed: float
    points: float
    max_score: float


@dataclass(frozen=True)
class ExerciseFigures:
    """One exercise over the `of` submissions in which it counts and is written; in `unwritten` others it is not yet.

    `discrimination` is the point-biserial correlation between passing it and the points of the lesson's other
    exercises; None where it says nothing. `points` is the mean of all, of those where it is not written yet too.
    """

    name: str
    of: int
    passed: int
    unwritten: int
    discrimination: float | None
    points: float
    max_score: float
    checks: tuple[CheckFigures, ...]

    @property
    def pass_rate(self) -> float:
        """Of those who have written it; 0 where nobody has."""
        return self.passed / self.of if self.of else 0.0


@dataclass(frozen=True)
class LessonFigures:
    """One lesson: the points of each submission that counts, in per cent, and how many do not count and why."""

    lesson: str
    shares: tuple[float, ...]
    unreadable: int
    missing: int
    excused: int
    exercises: tuple[ExerciseFigures, ...]


@dataclass(frozen=True)
class Misconception:
    """A wrong idea by its id, in which exercises (with their lessons) it was named, and whose."""

    id: str
    exercises: tuple[tuple[str, str], ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class Cluster:
    """Failures that no misconception explains and that say the same, numbers aside; with one of them as an example."""

    lesson: str
    exercise: str
    checks: tuple[str, ...]
    sentence: str
    students: tuple[str, ...]
    message: str
    code: str


@dataclass(frozen=True)
class Trouble:
    """A notebook that hit a limit, or that could not be read; `what` is time, memory and so on."""

    student: str
    lesson: str
    what: str
    exercises: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Position:
    """Where a student stands: the total in per cent, the lessons without a readable notebook, and what they fail
    although most pass it."""

    student: str
    total: float
    without: tuple[str, ...]
    fails: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SimilarPair:
    """Two students whose answers to `exercises` are the same code in `size` nodes; the longest, as each wrote it."""

    students: tuple[str, str]
    exercises: tuple[tuple[str, str], ...]
    size: int
    longest: tuple[str, str]
    sources: tuple[str, str]


@dataclass(frozen=True)
class ClassReport:
    """A graded class. `made` is the time of the report, `graded` that of the last grading; `silent` are those of the
    class list who have handed in nothing; `lowest` have the lowest totals, and `surprising` are others who fail what
    most pass."""

    students: int
    submissions: int
    graded: str
    made: str
    decisions: int
    lessons: tuple[LessonFigures, ...]
    misconceptions: tuple[Misconception, ...]
    clusters: tuple[Cluster, ...]
    troubles: tuple[Trouble, ...]
    lowest: tuple[Position, ...]
    surprising: tuple[Position, ...]
    silent: tuple[str, ...]
    pairs: tuple[SimilarPair, ...]
