"""How a grader is to be opened, told to another process: this can be pickled, and does not import torch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.worker.limits import Limits

if TYPE_CHECKING:
    from grader.course.version import Version
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

    def version_of(self, asked: str, lesson: str) -> Version:
        """Everything that decides a result: see `grader.course.version`, and the limits."""
        from grader.course.version import Version, course_version, lesson_version, recognition_version

        decides = lesson_version(lesson) if lesson else Version({"the course": course_version()})
        more = {"the limits for submissions": str(self.limits)}
        if not asked:
            more["how lessons are told apart"] = recognition_version()
        return replace(decides, common=decides.common | more)
