"""Own cells that stopped are told where something is missing that they were to make, and nowhere else."""

from __future__ import annotations

import pytest

from grader.submission.plan import Step
from grader.submission.stopped import Stopped

CELL = "import seaborn as sns\nSCALE = 1.0\ndef helper(): ...\nopen('out/weights.txt', 'w')\n# mine.py"
SENTENCE = "Your own cell after `encoder` stopped: No module named 'seaborn'."


@pytest.fixture
def stopped() -> Stopped:
    one = Stopped()
    one.note(Step("added", "added after encoder", CELL), "No module named 'seaborn'")
    return one


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("NameError", "name 'SCALE' is not defined"),
        ("NameError", "name 'sns' is not defined. Did you mean: 'ins'?"),
        ("NameError", "cannot access free variable 'helper' where it is not associated with a value"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'out/weights.txt' (while it is graded …)"),
        ("ModuleNotFoundError", "No module named 'mine'"),
    ],
)
def test_it_is_told_where_it_matters(stopped: Stopped, kind: str, message: str) -> None:
    assert stopped.before(kind, message) == SENTENCE


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("NameError", "name 'other' is not defined"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'other.txt'"),
        ("ModuleNotFoundError", "No module named 'other'"),
        ("ValueError", "name 'SCALE' is not defined"),
        ("NameError", ""),
    ],
)
def test_it_is_not_told_elsewhere(stopped: Stopped, kind: str, message: str) -> None:
    assert stopped.before(kind, message) == ""


def test_only_own_cells_count() -> None:
    stopped = Stopped()
    stopped.note(Step("exercise", "encoder", CELL), "…")
    stopped.note(Step("added", "what else the cell of `encoder` defines", CELL), "…")
    assert stopped.wanting(["SCALE"]) == ""
    stopped.note(Step("added", "added after the start", CELL), "it did not finish within 60 seconds")
    assert stopped.wanting(["SCALE"]) == "Your own cell at the start stopped: it did not finish within 60 seconds."
