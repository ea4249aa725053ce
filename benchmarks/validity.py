"""The checks' own test, with many grading seeds: right and wrong answers told apart, misconceptions named.

    python benchmarks/validity.py [--seeds 20 | --quick] [--first 0] [--answers solutions/answers]

Prints the figures for each seed, with the answers that were not judged as they should be, then every answer whose
verdict, or whose misconception, was not the same with all of them. Exits with 1 unless every right answer passed, every
wrong one failed, and no verdict depends on the seed. Writes nothing.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from itertools import islice
from pathlib import Path

from _common import machine, print_table

from grader.authoring.answers import Trial, figures, read_answers, try_answers
from grader.course.folders import COURSE


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--answers", type=Path, default=COURSE.answers)
    parser.add_argument("--quick", action="store_true", help="two seeds")
    options = parser.parse_args()
    seeds = range(options.first, options.first + (2 if options.quick else options.seeds))
    print(machine())
    rows, seen = [], defaultdict(set)
    answers = len(read_answers(options.answers))
    every = try_answers(options.answers, seeds)
    for seed in seeds:
        trials = list(islice(every, answers))
        found = figures(trials)
        rows.append([str(seed), f"{found.right_passed} of {found.right}", f"{found.wrong_failed} of {found.wrong}"])
        rows[-1] += [f"{found.named_rightly} of {found.labelled}", str(found.named_wrongly)]
        print(f"seed {seed}: " + "; ".join(found.sentences), flush=True)
        for trial in trials:
            if not trial.as_it_should:
                print(f"  {trial.path} {trial.oddity}: {trial.message}", flush=True)
            seen[_key(trial)].add((trial.passed, tuple(trial.misconceptions)))
    head = ["seed", "right passed", "wrong failed", "named rightly", "named wrongly"]
    print_table(f"All answers, {len(seeds)} grading seeds", head, rows)
    verdicts = {key for key, outcomes in seen.items() if len({passed for passed, _ in outcomes}) > 1}
    names = {key for key, outcomes in seen.items() if len({named for _, named in outcomes}) > 1}
    print(f"\n{len(verdicts)} verdicts depend on the seed: {sorted(verdicts)}")
    print(f"{len(names)} misconceptions depend on the seed: {sorted(names)}")
    right = all(passed == (key[2] == "right") for key, outcomes in seen.items() for passed, _ in outcomes)
    return 0 if right and not verdicts else 1


def _key(trial: Trial) -> tuple[str, str, str, str]:
    return trial.lesson, trial.exercise, trial.kind, trial.name


if __name__ == "__main__":
    raise SystemExit(main())
