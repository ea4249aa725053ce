"""The student's own cells that stopped with an exception: told where something else fails for want of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.submission.plan import Step
from grader.submission.reading import StudentCell

_ADDED = "added after "
_NAME = re.compile(r"name '(\w{1,80})' is not defined|free variable '(\w{1,80})'")
_FILE = re.compile(r"No such file or directory: '(?:[^']{0,200}/)?([^'/]{1,80})'")
_MODULE = re.compile(r"No module named '(\w{1,80})'")


class Stopped:
    """Which of the added cells stopped, and why. It is told only where a cell was to make what is missing."""

    def __init__(self) -> None:
        self._cells: dict[Step, tuple[StudentCell, str]] = {}

    def note(self, step: Step, reason: str) -> None:
        """`reason` is what the exception said, or what ended the worker."""
        if step.kind == "added" and step.name.startswith(_ADDED):
            anchor = step.name.removeprefix(_ADDED)
            place = f"at {anchor}" if anchor == "the start" else f"after `{anchor}`"
            said = f"Your own cell {place} stopped: {reason.rstrip('.')}."
            self._cells[step] = StudentCell(True, (), step.source), said  # the cell is parsed once

    def before(self, kind: str, message: str) -> str:
        """What to say about an exception that came later; "" if it has nothing to do with a cell that stopped."""
        if kind == "NameError" and (found := _NAME.search(message[:500])):
            return self.wanting([found[1] or found[2]])
        if kind == "FileNotFoundError" and (found := _FILE.search(message[:500])):
            return self._mentioning(found[1])
        if kind == "ModuleNotFoundError" and (found := _MODULE.search(message[:500])):
            return self._mentioning(f"{found[1]}.py")
        return ""

    def wanting(self, names: Iterable[str]) -> str:
        """The same for names that such a cell was to define."""
        wanted = set(names)
        return next((said for cell, said in self._cells.values() if cell.defines & wanted), "")

    def _mentioning(self, text: str) -> str:
        return next((said for cell, said in self._cells.values() if text in cell.source), "")
