"""Every small mistake in the solutions, put to the checks: how many they catch.

    python benchmarks/mutants.py [--lesson 01_plain_vae] [--exercise kl_divergence]

For each exercise that is not a training: how many mutants its solution has, how many fail the checks, and the mistakes
that pass. Some of these change nothing that the contract asks for; it takes a reader to say which. Writes nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from _common import machine, print_table
from _mutation import Mutant, mutants

from grader.authoring import answers
from grader.authoring.answers import Answer
from grader.course.catalogue import lesson, lesson_ids
from grader.submission.plan import reference_submission


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", choices=lesson_ids(), help="this lesson only")
    parser.add_argument("--exercise", help="this exercise only")
    parser.add_argument("--quick", action="store_true", help="every fortieth mutant")
    options = parser.parse_args()
    print(machine())
    rows, survivors = [], []
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"), initializer=answers._start) as pool:
        for lesson_id in [options.lesson] if options.lesson else lesson_ids():
            for exercise, source in _solutions(lesson_id):
                if options.exercise in (None, exercise):
                    tried = mutants(source)[:: 40 if options.quick else 1]
                    passed = list(pool.map(_passes, *zip(*((lesson_id, exercise, one) for one in tried), strict=True)))
                    alive = [one.mistake for one, survives in zip(tried, passed, strict=True) if survives]
                    rows.append([f"{lesson_id[:2]} {exercise}", str(len(tried)), str(len(tried) - len(alive))])
                    survivors += [f"{lesson_id[:2]} {exercise}, {mistake}" for mistake in alive]
    rows.append(["all", *(str(sum(int(row[column]) for row in rows)) for column in (1, 2))])
    print_table("Mutants of the solutions", ["exercise", "mutants", "caught"], rows)
    print("\nThese pass:\n" + "\n".join(f"    {one}" for one in survivors))
    return 0


def _solutions(lesson_id: str) -> list[tuple[str, str]]:
    """The exercises that train no model of their own, and their solutions."""
    the_lesson = lesson(lesson_id)
    reference = reference_submission(the_lesson).answers
    return [(name, reference[name]) for name in the_lesson.exercises if not name.startswith("trained_")]


def _passes(lesson_id: str, exercise: str, mutant: Mutant) -> bool:
    trial = answers._try(Answer(lesson_id, exercise, mutant.mistake, "wrong", mutant.source), 0)
    return trial.passed


if __name__ == "__main__":
    raise SystemExit(main())
