"""The time that grading one submission may take."""

from __future__ import annotations

import pytest

from grader.failures import NotChecked
from grader.submission import budget
from grader.submission.budget import TimeBudget


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(budget.time, "monotonic", lambda: now[0])
    return now


def test_it_runs_out(clock: list[float]) -> None:
    allowed = TimeBudget(60)
    clock[0] += 59
    assert allowed.left() == pytest.approx(1)
    clock[0] += 1
    with pytest.raises(NotChecked, match="used up the 60 seconds"):
        allowed.left()


def test_waiting_for_a_processor_is_given_back(clock: list[float]) -> None:
    allowed = TimeBudget(60)
    clock[0] += 300
    allowed.forgive(250)
    assert allowed.left() == pytest.approx(10)


def test_patience_ends(clock: list[float]) -> None:
    allowed = TimeBudget(60)
    clock[0] += 60 * 10 - 1
    for _ in range(3):
        allowed.forgive(10_000)
    assert allowed.left() == pytest.approx(1)
