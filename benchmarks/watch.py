"""How long it takes from a save to the verdict in `grader watch`, for every exercise without training.

    python benchmarks/watch.py [--quick] [LESSON ...]

Prints a table for each lesson, and writes nothing. Each exercise is saved several times, each time with another comment
in it, in a notebook of right answers whose trained models are not written yet. The seconds are those until the
exercise's own verdict is there; what builds on it comes afterwards. Looking for a save takes up to 0.2 s of them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from _common import is_trained_model, lessons_named, machine, print_table
from tqdm.auto import tqdm

from grader.course import script
from grader.course.catalogue import lesson
from grader.course.cells import course_cells
from grader.doors.saves import Saves, Standing
from grader.doors.watching import POLL
from grader.grading.grader import Grader


def main() -> None:
    """Print one table of seconds for each lesson."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="lessons such as 02_one_hot; by default all")
    parser.add_argument("--quick", action="store_true", help="one lesson, one save of each exercise")
    options = parser.parse_args()
    lessons = lessons_named(parser, options.lessons)
    print(machine(1), flush=True)
    with tempfile.TemporaryDirectory() as scratch, Grader() as grader:
        for lesson_id in lessons[:1] if options.quick else lessons:
            _print_table(grader, lesson_id, Path(scratch) / f"{lesson_id}.ipynb", 1 if options.quick else 5)


def _print_table(grader: Grader, lesson_id: str, notebook: Path, times: int) -> None:
    standing, saves = Standing(grader), Saves(notebook)
    answers = {entry.id: _source(entry.id, entry.cell) for entry in course_cells(lesson_id) if entry.cell.is_code}
    rows = [["the first save: all exercises", f"{_seconds(standing, saves, notebook, answers, ''):.2f}", ""]]
    exercises = [name for name in lesson(lesson_id).exercises if not is_trained_model(name)]
    for name in tqdm(exercises, disable=None, leave=False):
        seconds = []
        for number in range(times):
            changed = answers | {name: f"{answers[name]}\n# {number}"}
            seconds.append(_seconds(standing, saves, notebook, changed, name))
            if standing.results[name].verdict != "passed":
                sys.exit(f"The solution of {name} does not pass its checks.")
        _seconds(standing, saves, notebook, answers, "")
        rows.append([name, f"{median(seconds):.2f}", f"{max(seconds):.2f}"])
    print_table(f"{lesson_id}: seconds from a save to the verdict", ["exercise", "median", "max"], rows)


def _source(name: str, cell: script.Cell) -> str:
    return script.stub(cell) if is_trained_model(name) else script.reference(cell)


def _seconds(standing: Standing, saves: Saves, notebook: Path, cells: dict[str, str], exercise: str) -> float:
    """From the moment at which `cells` are saved to the verdict on `exercise`, or to the last one if there is none."""
    shape = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    content = [{"id": name, "source": source} | shape for name, source in cells.items()]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": content})
    start = time.perf_counter()
    notebook.write_text(text, "utf-8")
    while (saved := saves.read()) is None:
        time.sleep(POLL)
    with closing(standing.take(saved)) as changes:
        for change in changes:
            if change.result.name == exercise:
                break
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
