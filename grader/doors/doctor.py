"""Whether this machine can grade, and what is missing."""

from __future__ import annotations

import getpass
import os
import platform
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version

from grader.course.catalogue import lesson_ids
from grader.untrusted import one_line
from grader.worker.client import Worker, WorkerGone
from grader.worker.limits import Limits
from grader.worker.sandbox import describe
from grader.worker.warm_parent import CannotStart, WarmParent

_FIRST_SECONDS = 60.0
_PACKAGES = ("torch", "torchvision", "nbgrader", "jupyterlab", "pytest", "sandlock", "pyseccomp")


def examine_machine() -> tuple[list[str], bool]:
    """Lines to show, and whether submissions run isolated here: whether a worker starts is tried."""
    isolation = describe()
    obstacle = _obstacle()
    lines = [
        f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors",
        "Packages: " + ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
        f"Lessons: {', '.join(lesson_ids()) or 'none'}",
        f"Data sets: {os.environ.get('VAELAB_DATA') or 'the per-user cache (VAELAB_DATA is not set)'}",
        isolation.sentence(),
        *([f"No submission can be graded here: {obstacle}"] if obstacle else []),
        _as_whom(),
    ]
    return lines, isolation.complete and not obstacle


def _obstacle() -> str:
    """Why a submission cannot run here, found out with an empty one; "" if it can."""
    try:
        with closing(WarmParent()) as parent, Worker(parent, Limits()) as worker:
            reply, _ = worker.ask({"do": "cell", "name": "first", "source": "import torch"}, [], _FIRST_SECONDS)
    except (OSError, CannotStart) as error:
        return str(error)
    except WorkerGone as reason:
        return f"The process that would run it {reason}."
    return "" if reply == {"value": None} else f"It cannot import torch: {one_line(str(reply))}"


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
