"""Who has handed in what, and what became of it: plain values, as the journal keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.results import ExerciseResult


@dataclass(frozen=True)
class Identity:
    """What a campus system says about a submission: whose it is, what the file is called, and whether it is late.

    `system` is that system ("canvas", "moodle", "gradescope" or "" for none), and `place` what the file, or the folder
    it was in, is called in the download: feedback goes back under that name.
    """

    number: str = ""
    email: str = ""
    file: str = ""
    late: bool = False
    system: str = ""
    place: str = ""


@dataclass(frozen=True)
class Member:
    """A line of the class list."""

    name: str
    number: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True)
class RosterEntry:
    """A submission of the roster. `asked`: the lesson it was handed in for, "" if that is not known.

    `digest` is the SHA-256 of the notebook's bytes, in hexadecimal. `kept` are results of exercises that stand, where
    only others are to be graded.
    """

    student: str
    asked: str
    digest: str
    path: Path
    refused: str | None = None
    identity: Identity = field(default_factory=Identity)
    kept: tuple[ExerciseResult, ...] = ()


@dataclass(frozen=True)
class Row:
    """A graded submission: its result in JSON form, whose it is, and when it was graded (UTC)."""

    result: dict[str, Any]
    identity: Identity
    graded: str


@dataclass(frozen=True)
class Shown:
    """What the gradebook shows of a submission: the score (None for none), and the result in JSON form.

    `now` is the result that is to be shown next, and `why` says what is different about it, if anything is.
    """

    score: float | None
    result: dict[str, Any]
    now: dict[str, Any]
    why: str
