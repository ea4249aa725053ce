"""Whether this machine can grade, and what is missing."""

from __future__ import annotations

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
    ]
    return lines, isolation.complete


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is missing"
