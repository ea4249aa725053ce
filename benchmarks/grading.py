"""What grading costs: against nbgrader on the same notebooks, beyond the student's code, and in memory.

    python benchmarks/grading.py [--quick] [--series 300]

Prints five tables, in a quarter of an hour on two cores, and writes nothing.
The class is the example class of `python course.py grade` without the notebook that is cut off. Both programs grade it
one after the other, in this run, with one thread for each process; their start-up is measured apart, by grading a class
three times as large (grader) and by a run that finds everything graded (nbgrader).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import _own_cost
from _classes import LESSON, TRAINED, Class, Spent
from _common import cores, machine, print_table


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="not nbgrader, and a short series: own cost and memory")
    parser.add_argument("--series", type=int, default=300, help="submissions in the series for cost and memory")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as scratch:
        if not options.quick:
            _against_nbgrader(Path(scratch), trained=False)
            _against_nbgrader(Path(scratch), trained=True)
            _as_released(Path(scratch))
        _own(Path(scratch), count=3 if options.quick else options.series, repetitions=1 if options.quick else 20)


def _against_nbgrader(scratch: Path, *, trained: bool) -> None:
    """One class, graded by both; a class of three times the size tells the grader's start-up from its work."""
    kind = "with" if trained else "without"
    small = Class(scratch / kind, trained=trained)
    large = Class(scratch / f"{kind}-large", trained=trained, copies=3)
    small.prepare_nbgrader()
    theirs = small.nbgrader()
    idle = small.nbgrader()
    one_job, more_work, all_cores = small.grader(1), large.grader(1), large.grader(cores())
    each = (theirs - idle).each(small.size)
    per_submission = (more_work - one_job).each(large.size - small.size)
    start = one_job - Spent(per_submission.wall * small.size, per_submission.cpu * small.size)
    rows = [
        _row("nbgrader autograde, per submission", each, each),
        _row("grader grade --jobs 1, per submission", per_submission, each),
        _row(f"grader grade --jobs {cores()}, per submission, start-up included", all_cores.each(large.size), each),
        _row("nbgrader's start-up, once", idle, None),
        _row("the grader's start-up, once for each job", start, None),
    ]
    by_nbgrader, by_grader = small.scores()
    head = [f"{kind} training", "seconds", "CPU seconds", "times as fast", "times less CPU"]
    print_table(
        f"{small.size} submissions to {LESSON}, {kind} training, demo cells run on neither side "
        f"(budget: at least {4 if trained else 20} times as fast as nbgrader)",
        head,
        rows,
    )
    print(f"\nThe right solution gets {by_grader:g} points from the grader, {by_nbgrader:g} from nbgrader.")


def _as_released(scratch: Path) -> None:
    """nbgrader without the course's configuration runs every cell, the pictures and trainings for the reader too."""
    one = Class(scratch / "released", trained=True, only=1)
    one.prepare_nbgrader()
    theirs, idle, ours = one.nbgrader(demos=True), one.nbgrader(demos=True), one.grader(1)
    each = theirs - idle
    rows = [
        _row("nbgrader autograde, demo cells too", each, each),
        _row("grader grade --jobs 1, start-up included", ours, each),
    ]
    head = ["as released", "seconds", "CPU seconds", "times as fast", "times less CPU"]
    print_table(
        "One right submission with training; nbgrader without skip_cells_with_tag, the grader as ever", head, rows
    )


def _row(label: str, spent: Spent, baseline: Spent | None) -> list[str]:
    ratios = [f"{baseline.wall / spent.wall:.1f}", f"{baseline.cpu / spent.cpu:.1f}"] if baseline else ["", ""]
    return [label, f"{spent.wall:.2f}", f"{spent.cpu:.2f}", *ratios]


def _own(scratch: Path, count: int, repetitions: int) -> None:
    """CPU beyond the student's code, and memory over the series."""
    path = next(Class(scratch / "own", trained=False, only=1).folder.glob("submitted/*/*/*.ipynb"))
    series = _own_cost.grade_many(path, LESSON, count)
    student = _own_cost.student_code(path, LESSON, repetitions)
    total, code = series.trusted + series.workers, sum(student.values())
    rows = [
        ["a submission, all processes", f"{total:.3f}"],
        ["  the trusted process: reading, pytest, comparing", f"{series.trusted:.3f}"],
        ["  warm parent and workers: forking, confining, and the student's code", f"{series.workers:.3f}"],
        ["the same cells without a grader", f"{student['cells']:.3f}"],
        ["the same calls of the student's functions without a grader", f"{student['calls']:.3f}"],
        ["the same probes (calls, training loops, gradients) without a grader", f"{student['probes']:.3f}"],
        ["the grader's own: all processes less cells, calls and probes", f"{total - code:.3f}"],
    ]
    title = (
        f"CPU seconds of a right submission to {LESSON} without {TRAINED}, mean of {count} (budget: own at most 0.15 s)"
    )
    print_table(title, ["part", "CPU seconds"], rows)
    memory = [[str(number), f"{trusted:.0f}", f"{parent:.0f}"] for number, trusted, parent in series.memory]
    title = "Resident memory in MiB over the same series, one grading process (budget: flat, at most 1024)"
    print_table(title, ["after submission", "trusted process", "warm parent"], memory)


if __name__ == "__main__":
    main()
