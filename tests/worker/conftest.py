"""What the tests of workers share."""

import pytest

from grader.grading.grader import Grader
from grader.worker.warm_parent import WarmParent


@pytest.fixture(scope="session")
def parent(grader: Grader) -> WarmParent:
    """The warm parent of the run's grader: it starts workers with any limits."""
    return grader._parent
