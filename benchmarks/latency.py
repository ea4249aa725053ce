"""How long check("…") takes in a running notebook, for every exercise.

    python benchmarks/latency.py [--quick] [LESSON ...]

Prints a table of the exercises and one of the trained models at its end, after some minutes, and writes nothing. On a
terminal a bar shows how far it is.
The names of a lesson's solution stand for the student's; each check is called several times, and the first call, which
compiles the check file, is left out of the medians and shown apart. Exercises `trained_…` are apart too: their cell is
timed as well, since it has the training in it.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from statistics import median
from typing import Any

import torch
from _common import is_trained_model, lessons_named, machine, print_table, solution
from tqdm.auto import tqdm

from grader.course import script
from grader.course.catalogue import lesson
from grader.course.cells import exercise_cells
from grader.doors.progress import Record

BUDGET = "budget: median at most 0.15 s without training; a trained model with its check at most 5 s on one core"


def main() -> None:
    """Print one table of the exercises, and one of the trained models."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="lessons such as 02_one_hot; by default all")
    parser.add_argument("--quick", action="store_true", help="one lesson, two calls of each check, no training")
    options = parser.parse_args()
    lessons = lessons_named(parser, options.lessons)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["VAELAB_PROGRESS"] = os.path.join(scratch, "progress.json")
        print(machine(torch.get_num_threads()), flush=True)
        _print_tables(lessons[:1] if options.quick else lessons, options.quick)
    print(f"\n{BUDGET}")


def _print_tables(lessons: list[str], quick: bool) -> None:
    calls, rows, trainings = [], [], []
    exercises = [(lesson_id, name) for lesson_id in lessons for name in lesson(lesson_id).exercises]
    names = {lesson_id: solution(lesson_id) for lesson_id in lessons}
    for lesson_id, exercise in tqdm(exercises, disable=None, leave=False):  # None: a bar on terminals only
        if not is_trained_model(exercise):
            first, *others = [_check(names[lesson_id], exercise) for _ in range(2 if quick else 8)]
            calls += others
            rows.append([f"{lesson_id[:2]} {exercise}", *map(_ms, (first, median(others), max(others)))])
        elif not quick:
            trainings.append(_training(lesson_id, exercise, names[lesson_id]))
    rows.append(["all calls but the first", "", _ms(median(calls)), _ms(max(calls))])
    print_table('check("…") without training, in milliseconds', ["exercise", "first call", "median", "max"], rows)
    if trainings:
        head = ["exercise", "its cell", "its check", "together"]
        print_table("trained models, in seconds, on one core", head, trainings)


def _check(names: dict[str, Any], exercise: str) -> float:
    """Seconds of one call; the answer has to pass, or the figure would be that of something else."""
    seconds = _timed(lambda: exec(f"check({exercise!r})", names))
    result = Record.load().results[exercise]
    if result.verdict != "passed":
        raise SystemExit(f"The solution of {exercise} does not pass its checks.")
    return seconds


def _training(lesson_id: str, exercise: str, names: dict[str, Any]) -> list[str]:
    """A row: what the cell of a trained model takes, and its check, on one thread."""
    cell = exercise_cells(lesson_id)[exercise].cell
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        training = _timed(lambda: exec(script.reference(cell), names))
        checking = median(_check(names, exercise) for _ in range(3))
    finally:
        torch.set_num_threads(threads)
    return [f"{lesson_id[:2]} {exercise}", f"{training:.2f}", f"{checking:.2f}", f"{training + checking:.2f}"]


def _timed(call: Callable[[], Any]) -> float:
    with redirect_stdout(io.StringIO()):
        start = time.perf_counter()
        call()
        return time.perf_counter() - start


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


if __name__ == "__main__":
    main()
