"""What all tests share: one warm grader for a whole run, and an order in which several processes are done soonest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from grader.grading.grader import Grader

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes that run tests share the cores already

TESTS = Path(__file__).parent
# Files whose tests share what takes seconds to make: one process runs them. Other tests run wherever there is time.
# Of the answers, those of one lesson stay together.
TOGETHER = (
    ("attacks/",),
    ("authoring/test_build.py",),
    ("classroom/test_checks_change.py",),
    ("classroom/test_cluster.py",),
    ("classroom/test_faults.py",),
    ("doors/test_installed.py",),
    ("doors/test_nbgrader.py",),
    ("grading/test_grader.py", "worker/test_sandbox.py"),
    ("vaelab/test_data.py",),
)
BY_LESSON = "checks/test_answers.py"
FIRST = ("attacks", BY_LESSON, "grading/test_follow_through.py")  # the longest are not begun last


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """A grader with the default limits; opening one takes seconds."""
    from grader.grading.grader import Grader

    with Grader() as one:
        yield one


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what -m does not name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # The classes of attacks are graded once for all their tests; what only repeats is not quick either.
        if item.path.is_relative_to(TESTS / "attacks") or item.get_closest_marker("exhaustive"):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    """Where a test stands in the queue: the longest files, other slow tests, all others."""
    places = [place for place, name in enumerate(FIRST) if item.path.is_relative_to(TESTS / name)]
    return places[0] if places else len(FIRST), item.get_closest_marker("slow") is None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0].removeprefix("tests/")
            if path == BY_LESSON:
                return path + nodeid.partition("[")[2]
            return next((files[0] for files in TOGETHER if path.startswith(files)), nodeid)

    config.option.loadscopereorder = False  # the order is the one above
    return Scheduling(config, log)
