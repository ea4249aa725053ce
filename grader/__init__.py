"""The course's autograder. In a notebook: `from grader import check, hint, progress, solution`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.doors.notebook import check, hint, progress, solution
    from grader.grading.grader import grade
    from grader.results import Result

__all__ = ["Result", "check", "grade", "hint", "progress", "solution"]

_HOMES = dict.fromkeys(("check", "hint", "progress", "solution"), "doors.notebook") | {
    "grade": "grading.grader",
    "Result": "results",
}


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used, so that `grader --help` need not wait for PyTorch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"grader.{_HOMES[name]}"), name)
