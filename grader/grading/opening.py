"""How a grader is to be opened, told to another process: this can be pickled, and does not import torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.worker.limits import Limits

if TYPE_CHECKING:
    from grader.grading.grader import Grader


@dataclass(frozen=True)
class Opening:
    """Called in a grading process, opens the course's grader."""

    allow_unisolated: bool = False
    limits: Limits = field(default_factory=Limits)

    def __call__(self) -> Grader:
        from grader.grading.grader import Grader

        return Grader(self.limits, allow_unisolated=self.allow_unisolated)

    def version_of(self, asked: str, lesson: str) -> str:
        """Everything that decides a result: see `grader.course.version`, and the limits."""
        from grader.course.version import course_version, lesson_version, recognition_version

        decides = lesson_version(lesson) if lesson else course_version()
        recognised = "" if asked else recognition_version()
        return f"{decides} {recognised} {self.limits}"
