"""A learner's own record: the latest result of each exercise, kept between sessions in a file of the user's."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from grader.files import write_if_changed
from grader.results import ExerciseResult

_VARIABLE = "VAELAB_PROGRESS"


def record_file() -> Path:
    """Where the record is: what VAELAB_PROGRESS names, else a file among the user's data."""
    named = os.environ.get(_VARIABLE)
    return Path(named) if named else user_data_path("vaelab") / "progress.json"


def read_record() -> dict[str, ExerciseResult]:
    """The latest result of each exercise. Empty if there is no record, or none that can be read."""
    try:
        entries = json.loads(record_file().read_text("utf-8"))
        return {name: ExerciseResult.from_dict(entry) for name, entry in entries.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def keep(result: ExerciseResult) -> None:
    """Puts a result on record. If the file cannot be written, only the record is lost."""
    entries = {name: kept.to_dict() for name, kept in (read_record() | {result.name: result}).items()}
    with suppress(OSError):
        write_if_changed(record_file(), json.dumps(entries).encode())
