"""What a submission makes the grader itself spend: memory and processor time have an end, and replies go."""

from __future__ import annotations

import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.course.catalogue import lesson
from grader.failures import NotChecked
from grader.grading.bounds import Allowance, TookTooLong, bounded_memory
from grader.grading.examination import Examiners
from grader.grading.grader import Grader
from grader.grading.sitting import Sitting
from grader.submission.student import Student
from tests.notebooks import write_submission

LESSON = lesson("01_plain_vae")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory and time are bounded on Linux only")


class Answers:
    """A channel on which the same answer comes to every question."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def ask(self, tree: Any, tensors: Any, seconds: float) -> Any:
        return self.answer()

    def why_missing(self, name: str) -> str | None:
        return None


def spin() -> None:
    while True:
        sum(range(1000))


def verdicts(answer: Any, seconds: float) -> dict[str, str]:
    examiners = Examiners(seconds)
    try:
        found = examiners.examine(lambda: Student(Answers(answer)), LESSON, ["kl_divergence"], 0)
    finally:
        examiners.close()
    return {check.verdict: check.message for check in found.exercises["kl_divergence"].checks}


@pytest.mark.slow
@LINUX
def test_checks_of_an_exercise_end_when_they_have_used_up_their_time() -> None:
    seen = verdicts(spin, 0.5)
    assert seen["failed"].startswith("What your code gave took too long to check")
    assert seen["not_checked"].startswith("The checks before this one took too long")


@LINUX
def test_an_allowance_is_spent_by_working_only() -> None:
    allowance = Allowance(0.2)
    with allowance.spend():
        threading.Event().wait(0.4)
        allowance.enforce()
    ended = threading.Event()

    def enforce() -> None:
        while not ended.wait(0.05):
            allowance.enforce()

    enforcer = threading.Thread(target=enforce)
    enforcer.start()
    try:
        with pytest.raises(TookTooLong), allowance.spend():
            spin()
    finally:
        ended.set()
        enforcer.join()
    with pytest.raises(NotChecked), allowance.spend():
        pass


def test_replies_are_freed_when_their_check_ends() -> None:
    sent: list[weakref.ref[torch.Tensor]] = []
    alive = []

    def reply() -> Any:
        alive.append(sum(one() is not None for one in sent))
        value = torch.rand(3, 3)
        sent.append(weakref.ref(value))
        return {"value": {"tensor": 0, "graph": False}}, [value]

    assert set(verdicts(reply, 60)) == {"failed"}
    assert len(alive) > 5
    assert max(alive) <= 2


@LINUX
def test_memory_is_bounded_while_a_submission_is_graded(
    grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every door, because all of them grade here."""
    tried = []

    def results(self: Sitting) -> tuple[()]:
        with pytest.raises(RuntimeError, match="allocate memory"):
            torch.empty(4 * 2**30, dtype=torch.uint8)
        tried.append(self)
        return ()

    monkeypatch.setattr(Sitting, "results", results)
    grader.grade(write_submission(tmp_path / "a.ipynb"))
    assert tried
    torch.empty(4 * 2**30, dtype=torch.uint8)  # untouched pages cost nothing
    with bounded_memory(), pytest.raises(RuntimeError, match="allocate memory"):
        torch.empty(4 * 2**30, dtype=torch.uint8)
