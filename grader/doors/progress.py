"""A learner's own record, in a file of the user's: the latest results, hints seen, answers read."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_data_path

from grader.course.catalogue import Lesson
from grader.files import write_if_changed
from grader.results import ExerciseResult

HINTS = 3
_VARIABLE = "VAELAB_PROGRESS"


def record_file() -> Path:
    """Where the record is: what VAELAB_PROGRESS names, else a file among the user's data."""
    named = os.environ.get(_VARIABLE)
    return Path(named) if named else user_data_path("vaelab") / "progress.json"


@dataclass(frozen=True)
class Record:
    """By exercise: the latest result, and the levels of the hints seen. `asked`: whose answer was asked for once;
    `read`: whose answer was shown."""

    results: dict[str, ExerciseResult] = field(default_factory=dict)
    hints: dict[str, tuple[int, ...]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()

    @classmethod
    def load(cls) -> Record:
        """Empty if there is no record, or none that can be read."""
        try:
            data = json.loads(record_file().read_text("utf-8"))
            return cls(
                {name: ExerciseResult.from_dict(entry) for name, entry in data["results"].items()},
                {str(name): tuple(map(int, levels)) for name, levels in data["hints"].items()},
                frozenset(map(str, data["asked"])),
                frozenset(map(str, data["read"])),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def write(self) -> None:
        """If the file cannot be written, only the record is lost."""
        data = {
            "results": {name: result.to_dict() for name, result in self.results.items()},
            "hints": self.hints,
            "asked": sorted(self.asked),
            "read": sorted(self.read),
        }
        with suppress(OSError):
            write_if_changed(record_file(), json.dumps(data).encode())

    def with_result(self, result: ExerciseResult) -> Record:
        return replace(self, results=self.results | {result.name: result})

    def with_hint(self, exercise: str, level: int) -> Record:
        seen = sorted({*self.hints.get(exercise, ()), level})
        return replace(self, hints=self.hints | {exercise: tuple(seen)})

    def with_request(self, exercise: str) -> Record:
        """An answer was asked for: it may be read after all hints, or the second time."""
        if exercise in self.asked or len(self.hints.get(exercise, ())) == HINTS:
            return replace(self, read=self.read | {exercise})
        return replace(self, asked=self.asked | {exercise})

    def has_completed(self, lesson: Lesson) -> bool:
        """Whether every exercise of the lesson has passed."""
        return all(name in self.results and self.results[name].verdict == "passed" for name in lesson.exercises)
