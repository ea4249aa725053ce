"""How a check ends when it does not pass."""

from __future__ import annotations

import re

_UNWRITTEN = "Exercise {}: nothing written yet, or the line that says so is still there."
_NAMES_NOTHING = re.compile(r" raised (NameError|UnboundLocalError|ImportError|ModuleNotFoundError)\b")
WAITS = ("Waits for ", "This holds, ")  # how the messages of checks begin that another one has to pass before


def unwritten(exercise: str) -> str:
    """The sentence about an exercise whose source still holds the line that the course has put there."""
    return _UNWRITTEN.format(exercise)


def says_unwritten(message: str, exercise: str) -> bool:
    """Whether a message begins with that sentence. What a submission says comes after other words, never first."""
    return message.partition("\n")[0] == unwritten(exercise)


class CheckFailure(AssertionError):
    """A check did not pass.

    `message` starts with one sentence for the student; lines after it are evidence. `misconception` is the id of the
    wrong idea that the evidence proves, or None; `also` has the ids of others that it proves at the same time.
    `structural` marks failures of form (a missing name, a wrong shape, NaN) as opposed to wrong values.
    """

    def __init__(
        self, message: str, misconception: str | None = None, structural: bool = False, also: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.misconception = misconception
        self.structural = structural
        self.also = also


class Raised(CheckFailure):
    """The submission's own code raised an exception."""

    @property
    def names_nothing(self) -> bool:
        """Whether the code names what does not exist: then it says nothing about what the code would do."""
        return bool(_NAMES_NOTHING.search(self.message.partition("\n")[0]))


class NotChecked(Exception):
    """A check could not be carried out, for a reason that is not the student's answer to this exercise."""


class BrokenChecks(RuntimeError):
    """The checks of a lesson cannot run: a fault of the course, whatever the student wrote."""
