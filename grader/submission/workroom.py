"""Where a submission lives while it is graded: a worker that has run its cells, replaced when it dies."""

from __future__ import annotations

from typing import Any

import torch

from grader.course.cells import exercise_cells, owner_of
from grader.course.script import unwritten_exercise
from grader.failures import NotChecked, says_unwritten, unwritten
from grader.seeds import seed_of
from grader.submission.budget import TimeBudget
from grader.submission.plan import Step, Submission
from grader.submission.stopped import Stopped
from grader.submission.student import explain_exception, with_places
from grader.untrusted import one_line
from grader.worker.client import OutOfTime, Worker, WorkerGone
from grader.worker.limits import Limits
from grader.worker.warm_parent import CannotStart, WarmParent

Reply = tuple[Any, list[torch.Tensor]]


class Workroom:
    """A channel to a submission in a confined worker. To be closed at the end.

    `turn_to` says which exercise the next questions are about. With the first of them those cells run that come before
    its check and have not run yet; of those that train a model only the ones that the exercise needs. When the worker
    dies, the next question starts another one, which runs the same cells again, except those that killed their worker
    (`deadly`, which the rooms of a submission share). A call that does not end in time is the last one of its exercise:
    what asks for more of it fails at once. All of it ends when `budget` does. `fault` is what failed when it was not
    the submission.
    """

    def __init__(
        self,
        parent: WarmParent,
        limits: Limits,
        submission: Submission,
        steps: list[Step],
        seed: int,
        budget: TimeBudget,
        deadly: set[Step],
    ) -> None:
        self._parent = parent
        self._limits = limits
        self._submission = submission
        self._steps = steps
        self._seed = seed
        self._worker: Worker | None = None
        self._budget = budget
        self._deadly = deadly
        self._exercise = ""
        self._endless: dict[str, OutOfTime] = {}
        self._wanted: list[int] = []
        self._have_run: set[int] = set()
        self.failures: dict[str, str] = {}
        self._stopped = Stopped()
        self.fault: Exception | None = None

    def turn_to(self, exercise: str) -> None:
        """The next questions are about this exercise."""
        self._exercise = exercise
        lesson = self._submission.lesson
        needed = lesson.prerequisites(exercise) | {exercise}
        unneeded = {name for name, entry in lesson.exercises.items() if entry.trains and name not in needed}
        end = self._steps.index(Step("check", exercise, ""))
        self._wanted = [
            number
            for number, step in enumerate(self._steps[:end])
            if step.kind != "check" and not (step.kind == "exercise" and step.name in unneeded)
        ]

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> Reply:
        if self._exercise in self._endless:
            raise self._endless[self._exercise]
        try:
            return self._ask(self._ready_worker(), tree, tensors, seconds, self._exercise)
        except OutOfTime as reason:
            self._endless[self._exercise] = reason
            raise
        except (OSError, CannotStart) as error:  # no disk, no process …: no fault of the submission
            self.fault = error
            raise NotChecked(f"The grader itself failed: {error}") from None

    def _ask(
        self, worker: Worker, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float, exercise: str
    ) -> Reply:
        """The reply to a question about an exercise, or about its cell.

        Of what the worker says only the three kinds of replies that it has get through; what is behind an exception (a
        limit, a cell that stopped before, an exercise that is not written) is found out here.
        """
        seconds = min(seconds, self._limits.cell_seconds, self._budget.left())
        try:
            reply, reply_tensors = worker.ask(tree, tensors, seconds)
        finally:
            self._budget.forgive(worker.waited)
        match reply:
            case {"value": value}:
                return {"value": value}, reply_tensors
            case {"lacks": lacks}:
                return {"lacks": lacks}, []
            case {"raised": {"type": str(kind), "message": str(message), "frames": list(frames)}}:
                return self._explained(kind, message, frames, exercise), []
        return {}, []

    def _explained(self, kind: str, message: str, frames: list[Any], exercise: str) -> dict[str, Any]:
        if kind == "NotImplementedError" and (blank := self._blank(message, exercise)):
            names = sorted(exercise_cells(self._submission.lesson.id)[blank].defines)
            if self._stopped.wanting(names):
                return {"absent": names[0]}
            return {"unwritten": blank, "frames": frames}
        if limit := self._limits.behind(kind, message):
            message = f"{message[:250]} ({limit})" if message else limit
        if before := self._stopped.before(kind, message):
            message = f"{message[:400].rstrip('.')}. {before}"
        return {"raised": {"type": kind, "message": message, "frames": frames}}

    def _blank(self, message: str, exercise: str) -> str:
        """Which exercise is not written yet, where the line that says so was met: the source has to hold it."""
        met = unwritten_exercise(message)
        if met and exercise and self._submission.is_untouched(exercise):
            return exercise
        return met if met and self._submission.holds_stub(met) else ""

    def why_missing(self, name: str) -> str | None:
        """What went wrong with the cell of the exercise that defines this name."""
        exercise = owner_of(self._submission.lesson.id, name) or ""
        failure = self.failures.get(exercise) or self._submission.absent.get(exercise)
        known = failure and not says_unwritten(failure, exercise)
        return failure if known else self._stopped.wanting([name]) or failure

    def _ready_worker(self) -> Worker:
        while True:
            if self._worker is None or not self._worker.alive:
                self._worker = Worker(self._parent, self._limits)
                self._have_run = set()
            if self._run_cells(self._worker):
                return self._worker

    def _run_cells(self, worker: Worker) -> bool:
        """Runs what has not run yet; False when a cell killed the worker (and will not be run again)."""
        for number in self._wanted:
            step = self._steps[number]
            if number in self._have_run or step in self._deadly:
                continue
            self._have_run.add(number)
            who = f"The cell of exercise `{step.name}`" if step.kind == "exercise" else f"A cell ({step.name})"
            try:
                self._run_cell(worker, step, who, {"seed": seed_of(f"cell {number}", self._seed)})
            except WorkerGone as reason:
                self._deadly.add(step)
                self.failures[step.name] = f"{who} {reason}."
                self._stopped.note(step, f"it {reason}")
                return False
        return True

    def _run_cell(self, worker: Worker, step: Step, who: str, begin: dict[str, int]) -> None:
        question = {"do": "cell", "name": step.name, "source": step.source} | begin
        exercise = step.name if step.kind == "exercise" else ""
        reply, _ = self._ask(worker, question, [], self._limits.cell_seconds, exercise)
        worker.end_cell()
        match reply:
            case {"raised": {"type": str(kind), "message": str(message), "frames": list(frames)}}:
                self.failures[step.name] = explain_exception(who, kind, message, frames)
                self._stopped.note(step, one_line(message, 300) or kind)
            case {"unwritten": str(blank), "frames": list(frames)}:
                self.failures[step.name] = with_places(unwritten(blank), frames)
                self._stopped.note(step, unwritten(blank))
            case {"absent": str(name)}:
                self.failures[step.name] = self._stopped.wanting([name])

    def close(self) -> None:
        """Ends the worker."""
        if self._worker is not None:
            self._worker.stop()
