"""No points without work: notebooks in which nothing is computed as asked and nothing is learned.

`tests/impostors/LESSON/KIND.py` has such an answer for each exercise after a line `# %% EXERCISE`; what it leaves out
is a stub. `strongest` is the most that somebody got in an evening with the checks open, `stateless` what is left of it
without anything remembered. `slip` has nothing but what looks like a slip, half of which an honest answer keeps.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import script
from grader.course.catalogue import lesson, lesson_ids
from grader.course.cells import exercise_cells
from grader.grading.grader import Grader
from grader.submission.plan import Submission, reference_submission
from tests.choice import parameters
from tests.conftest import TESTS

MOST = {"stubs": 3, "zeros": 3, "random": 3, "echo": 3, "stateless": 5, "slip": 12, "strongest": 12}  # points of 100
IMPOSTORS = TESTS / "impostors"


def impostor(lesson_id: str, kind: str) -> Submission:
    answers = {name: script.stub(entry.cell) for name, entry in exercise_cells(lesson_id).items()}
    if kind != "stubs":
        answers |= _answers(IMPOSTORS / lesson_id / f"{kind}.py")
    return reference_submission(lesson(lesson_id), answers)


def _answers(path: Path) -> dict[str, str]:
    _, *parts = f"\n{path.read_text('utf-8')}".split("\n# %% ")
    return {name: source for name, _, source in (part.partition("\n") for part in parts)}


TRIALS = [(lesson_id, kind) for lesson_id in lesson_ids() for kind in MOST]
OTHERS = [kind for kind in MOST if kind != "strongest"]
# Of each lesson the strongest, and one of the others: each of them in turn.
CHOSEN = {(lesson_id, OTHERS[number % len(OTHERS)]) for number, lesson_id in enumerate(lesson_ids())}
CHOSEN |= {(lesson_id, "strongest") for lesson_id in lesson_ids()}


@pytest.mark.slow
@pytest.mark.parametrize("trial", parameters(TRIALS, CHOSEN, "-".join))
def test_an_impostor_earns_next_to_nothing(grader: Grader, trial: tuple[str, str]) -> None:
    lesson_id, kind = trial
    exercises = grader.grade_submission(impostor(lesson_id, kind), seed=1)
    earned = {one.name: [check.name for check in one.checks if check.score] for one in exercises if one.score}
    points = sum(one.score for one in exercises)
    print(f"{lesson_id} {kind}: {points:g} points {earned or ''}")
    assert points <= MOST[kind], earned


def test_every_impostor_is_tried() -> None:
    written = {(file.parent.name, file.stem) for file in IMPOSTORS.glob("*/*.py")}
    assert written == {(lesson_id, kind) for lesson_id in lesson_ids() for kind in MOST if kind != "stubs"}


def test_the_chosen_impostors_have_every_lesson_and_every_kind() -> None:
    assert {lesson_id for lesson_id, _ in CHOSEN} == set(lesson_ids())
    assert {kind for _, kind in CHOSEN} == set(MOST)
