"""The grader of a grading process. Whoever imports this does not import torch; opening a grader does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.worker.limits import Limits

if TYPE_CHECKING:
    from grader.grading import Grader
    from grader.results import Result


@dataclass(frozen=True)
class CourseGrading:
    """Called in a grading process, gives the course's own grader."""

    allow_unisolated: bool = False
    limits: Limits = field(default_factory=Limits)

    def __call__(self) -> OpenedGrader:
        from grader.grading import Grader

        return OpenedGrader(Grader(self.limits, allow_unisolated=self.allow_unisolated))


class OpenedGrader:
    """A Grader that can refuse a submission as well."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader

    def grade(self, path: Path, *, student: str, lesson: str | None, seed: int) -> Result:
        return self._grader.grade(path, student=student, lesson=lesson, seed=seed)

    def refuse(self, reason: str, *, student: str, lesson: str | None, seed: int) -> Result:
        """The result of what cannot be opened: no point, and the reason at each exercise."""
        from grader.catalogue import lesson as find_lesson
        from grader.grading import unchecked
        from grader.results import Result

        exercises = unchecked(find_lesson(lesson), reason) if lesson else ()
        return Result(student, lesson or "", seed, exercises, reason)

    def __enter__(self) -> OpenedGrader:
        try:
            self._grader.wait()
        except BaseException:
            self._grader.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._grader.close()
