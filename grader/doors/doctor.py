"""Whether this machine can grade, and what is missing."""

from __future__ import annotations

import getpass
import os
import platform
from importlib.metadata import PackageNotFoundError, version

from grader.course.catalogue import lesson_ids
from grader.worker.sandbox import describe

_PACKAGES = ("torch", "torchvision", "nbgrader", "jupyterlab", "pytest", "sandlock", "pyseccomp")


def examine_machine() -> tuple[list[str], bool]:
    """Lines to show, and whether submissions run isolated here."""
    isolation = describe()
    lines = [
        f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors",
        "Packages: " + ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
        f"Lessons: {', '.join(lesson_ids()) or 'none'}",
        f"Data sets: {os.environ.get('VAELAB_DATA') or 'the per-user cache (VAELAB_DATA is not set)'}",
        isolation.sentence(),
        _as_whom(),
    ]
    return lines, isolation.complete


def _as_whom() -> str:
    """Files of workers, and results, belong to that user."""
    if not hasattr(os, "geteuid"):
        return f"You grade as {getpass.getuser()}."
    if os.geteuid():
        return f"You grade as an ordinary user (number {os.geteuid()}). Submissions have less than that user's rights."
    return "You grade as root. Submissions give up what only root may do; an ordinary user for grading is safer still."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is missing"
