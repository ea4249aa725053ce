"""What all tests share: one warm grader for a whole run, and the order in which two processes are done soonest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from grader.grading.grader import Grader

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes that run tests share the cores already

TESTS = Path(__file__).parent
FIRST = ("attacks", "checks/test_answers.py", "test_style.py")  # what takes longest must not be begun last


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """A grader with the default limits; opening one takes seconds."""
    from grader.grading.grader import Grader

    with Grader() as one:
        yield one


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what -m does not name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(TESTS / "attacks"):  # its classes are graded once for all its tests
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("attacks"))
        elif "grader" in item.fixturenames and not item.get_closest_marker("slow"):  # one process opens it for them
            item.add_marker(pytest.mark.xdist_group("grader"))
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    """Where a test stands in the queue: the longest files, other slow tests, all others."""
    places = [place for place, name in enumerate(FIRST) if item.path.is_relative_to(TESTS / name)]
    return places[0] if places else len(FIRST), item.get_closest_marker("slow") is None
