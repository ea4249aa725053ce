"""How a grader is to be opened, told to another process: this can be pickled, and does not import torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
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

    def lesson_of(self, path: Path) -> str:
        """Of a notebook; ValueError with a sentence if it cannot be read, or is none of the course's."""
        from grader.submission.plan import recognise_lesson
        from grader.submission.reading import read_notebook

        return recognise_lesson(read_notebook(path))

    def version_of(self, asked: str, lesson: str) -> str:
        """Everything that decides a result: see `grader.course.version`, and the limits."""
        from grader.course.version import course_version, lesson_version, recognition_version

        decides = lesson_version(lesson) if lesson else course_version()
        recognised = "" if asked else recognition_version()
        return f"{decides} {recognised} {self.limits}"
