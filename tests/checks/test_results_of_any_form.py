"""Whatever an answer returns, a check says in a sentence what is wrong, and never with an error of its own."""

from __future__ import annotations

import pytest

from grader.course import script
from grader.course.catalogue import lesson, lesson_ids
from grader.course.cells import exercise_cells
from grader.grading.grader import Grader
from grader.submission.plan import Submission, reference_submission
from tests.choice import parameters

# What becomes of each tensor in a result; number: its place among several.
FORMS = {
    "zeros": "value * 0",
    "first of several zeros": "value * (number > 0)",
    "ones": "value * 0 + 1",
    "no rows": "value[:0] if value.dim() else value[None][:0]",
    "one row": "value[:1] if value.dim() else value",
}
CHANGED = """

def _changed(value, number=0):
    if isinstance(value, torch.Tensor):
        return {form}
    if isinstance(value, tuple | list):
        return type(value)(map(_changed, value, range(len(value))))
    return _changed(torch.tensor(value)).sum().item() if isinstance(value, float) else value


def _of_changed_results(name, original):
    if not isinstance(original, type):
        return lambda *given, **named: _changed(original(*given, **named))

    def build(self, *given, **named):
        super(changed, self).__init__(*given, **named)
        for module in (self, *self.children()):
            module.register_forward_hook(lambda module, given, result: _changed(result))

    changed = type(name, (original,), dict(__init__=build))
    return changed
"""


def changed(lesson_id: str, form: str) -> Submission:
    """Right answers whose results take another form; trained models are stubs."""
    answers = {}
    for name, entry in exercise_cells(lesson_id).items():
        text = script.stub(entry.cell)
        if not lesson(lesson_id).exercises[name].trains:
            text = script.reference(entry.cell) + CHANGED.format(form=FORMS[form])
            text += "".join(f"{one} = _of_changed_results({one!r}, {one})\n" for one in sorted(entry.defines))
        answers[name] = text
    return reference_submission(lesson(lesson_id), answers)


TRIALS = [(lesson_id, form) for lesson_id in lesson_ids() for form in FORMS]
CHOSEN = {(lesson_id, [*FORMS][number % len(FORMS)]) for number, lesson_id in enumerate(lesson_ids())}


@pytest.mark.slow
@pytest.mark.parametrize("trial", parameters(TRIALS, CHOSEN, "-".join))
def test_checks_raise_nothing(grader: Grader, trial: tuple[str, str]) -> None:
    exercises = grader.grade_submission(changed(*trial), seed=1)
    raised = [
        (exercise.name, check.name, check.message)
        for exercise in exercises
        for check in exercise.checks
        if "does not have the form that is asked for" in check.message
    ]
    assert not raised
    assert any(check.verdict == "failed" for exercise in exercises for check in exercise.checks)
