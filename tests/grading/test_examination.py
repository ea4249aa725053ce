"""One pytest for many students, and points that count only after others."""

from __future__ import annotations

import dataclasses
import runpy
import sys
from typing import Any

import pytest
import torch

from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE
from grader.doors.live import LiveChannel
from grader.failures import BrokenChecks
from grader.grading import examination
from grader.grading.examination import Examiners, examine
from grader.grading.plugin import Examiner
from grader.results import CheckResult, ExerciseResult
from grader.submission.student import Student

LESSON = lesson("01_plain_vae")


def right(mu, log_var):
    return 0.5 * (log_var.exp() + mu.square() - 1 - log_var).sum(dim=1)


def nothing(mu, log_var):
    return torch.zeros(len(mu))


def student(answer) -> Any:
    return lambda: Student(LiveChannel({"kl_divergence": answer}))


def result(answer) -> ExerciseResult:
    return examine(student(answer), LESSON, ["kl_divergence"], 0).exercises["kl_divergence"]


def test_leaving_things_alone_counts_only_with_values_that_are_right() -> None:
    (check,) = [check for check in result(nothing).checks if check.name == "unchanged"]
    assert (check.verdict, check.score) == ("not_checked", 0)
    assert check.message.startswith("This holds, but counts only once the values are right: “agrees with")
    assert result(nothing).misconceptions == ()
    assert result(right).score == result(right).max_score


def test_what_the_student_prints_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(mu, log_var):
        print("here")
        print("there", file=sys.stderr)
        return right(mu, log_var)

    assert result(loud).verdict == "passed"
    assert capsys.readouterr() == ("", "")


def test_one_right_value_is_enough() -> None:
    def right_at_variance_1(mu, log_var):
        return mu.square().sum(dim=1) / 2

    verdicts = {check.name: check.verdict for check in result(right_at_variance_1).checks}
    assert (verdicts["closed_form"], verdicts["mean_term"], verdicts["unchanged"]) == ("failed", "passed", "passed")


def test_a_slip_keeps_half_of_what_it_spoils() -> None:
    half_forgotten = result(lambda mu, log_var: 2 * right(mu, log_var))
    assert half_forgotten.misconceptions == ("kl-missing-half",)
    assert half_forgotten.verdict == "failed"
    spoilt = [check for check in half_forgotten.checks if check.verdict != "passed"]
    assert [check.score for check in spoilt] == [check.max_score / 2 for check in spoilt]
    assert half_forgotten.max_score / 2 < half_forgotten.score < half_forgotten.max_score


def test_a_slip_keeps_nothing_where_it_does_not_explain_all_that_failed() -> None:
    """Evidence of one slip in one check says nothing of what else is wrong, or missing."""

    def a_slip_and_another_prior(mu, log_var):
        return 2 * right(mu, log_var) + 0.3 * ((mu == 0) & (log_var == 0)).all(dim=1)

    more = result(a_slip_and_another_prior)
    assert more.misconceptions == ("kl-missing-half",)
    failed = {check.name for check in more.checks if check.verdict == "failed"}
    assert failed - LESSON.exercises["kl_divergence"].slips["kl-missing-half"]
    assert all(check.score == 0 for check in more.checks if check.verdict != "passed")


def test_a_slip_keeps_nothing_where_code_raises() -> None:
    """What raises may hide anything: to write a slip and nothing else would be worth half of the points."""

    def a_slip_for_one_size(mu, log_var):
        if len(mu) == 1:
            raise RuntimeError("not written")
        return 2 * right(mu, log_var)

    cut_short = result(a_slip_for_one_size)
    assert cut_short.misconceptions == ("kl-missing-half",)
    assert all(check.score == 0 for check in cut_short.checks if check.verdict != "passed")


def test_a_wrong_idea_keeps_nothing_of_what_it_spoils() -> None:
    without_mu = result(lambda mu, log_var: right(mu * 0, log_var))
    assert without_mu.misconceptions == ("kl-without-mu",)
    assert all(check.score == 0 for check in without_mu.checks if check.verdict != "passed")


def test_two_mistakes_at_once_are_both_named_and_keep_nothing() -> None:
    both = result(lambda mu, log_var: (log_var.exp() + mu.square() - 1 - log_var).sum(dim=0))
    assert both.misconceptions == ("kl-missing-half", "kl-summed-over-wrong-dimension")
    check = next(check for check in both.checks if check.also)
    assert "two things are wrong at once" in check.message
    assert all(LESSON.misconceptions[name].hint in check.hint for name in both.misconceptions)
    assert ExerciseResult.from_dict(both.to_dict()) == both


def test_a_general_name_gives_way_to_one_that_says_more() -> None:
    def check(name: str | None, also: tuple[str, ...] = ()) -> CheckResult:
        return CheckResult("a", "a", "failed", 0, 1, "wrong", "", name, also)

    general, special = check("formula-sign"), check("kl-sign")
    assert examination._specific([general, special]) == [check(None), special]
    assert examination._specific([general, check(None)]) == [general, check(None)]
    mixed = check("kl-sign", ("formula-sign",))
    assert examination._specific([mixed, general]) == [mixed, check(None)]


def test_one_cause_has_one_traceback() -> None:
    """Checks that raise something else after the first exception wait for it; wrong values are told all the same."""

    def raises(mu, log_var):
        if len(mu) > 1:
            raise ValueError(f"mu has {mu.numel()} numbers")
        return mu.sum(1)

    checks = result(raises).checks
    raised = [check for check in checks if "ValueError" in check.message]
    waiting = [check for check in checks if check.verdict == "not_checked"]
    assert len({check.message.partition("\n")[0] for check in raised}) == 1
    assert waiting
    assert {check.message for check in waiting} == {f"Waits for “{raised[0].title}”."}
    assert all(check.score == 0 for check in waiting)


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_what_checks_wait_for_are_checks_of_their_exercise(lesson_id: str) -> None:
    module = runpy.run_path(str(COURSE.checks_file(lesson_id)))
    classes = [owner for name, owner in module.items() if name.startswith("Test")]
    assert len(classes) == len(lesson(lesson_id).exercises)
    for owner in classes:
        checks = {name: check for name, check in vars(owner).items() if name.startswith("test_")}
        for name, check in checks.items():
            assert {f"test_{other}" for other in check.after} <= checks.keys() - {name}, (owner, name)
        first = {name for name, check in checks.items() if not check.after}
        assert len(_reached(first, checks)) == len(checks), owner


def _reached(names: set[str], checks: dict[str, Any]) -> set[str]:
    """The checks that wait for nothing, for one of them, for one of those …: none waits for itself."""
    more = {name for name, check in checks.items() if {f"test_{other}" for other in check.after} & names}
    return names if more <= names else _reached(names | more, checks)


def test_one_pytest_examines_one_student_after_another() -> None:
    examiners = Examiners()
    try:
        for answer in (right, nothing, right):
            found = examiners.examine(student(answer), LESSON, ["kl_divergence"], 0)
            assert found == examine(student(answer), LESSON, ["kl_divergence"], 0)
        other = examiners.examine(student(right), LESSON, ["encoder"], 5)
        assert other.exercises["encoder"].score == 0
    finally:
        examiners.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("checks", "reason"),
    [
        ("import nowhere_to_be_found\n", "nowhere_to_be_found"),
        ("class TestKLDiv:\n    def test_a(self): pass\n", "TestKLDiv belongs to no exercise of the lesson"),
        ("class TestEncoder:\n    def test_a(self): pass\n", "there are no checks of kl_divergence$"),
        ("def test_a(): pass\n", "test_a belongs to no exercise"),
        ("", "there are no checks of encoder; there are no checks of kl_divergence"),
    ],
    ids=["import", "stray class", "no class", "stray function", "nothing"],
)
def test_checks_that_cannot_run_say_why(tmp_path, monkeypatch, checks: str, reason: str) -> None:
    folder = tmp_path / tmp_path.name  # a package of its own: Python keeps what it has imported by name
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "checks.py").write_text(checks)
    monkeypatch.setattr(examination, "COURSE", dataclasses.replace(COURSE, checks=tmp_path))
    exercises = {name: LESSON.exercises[name] for name in ("encoder", "kl_divergence")}
    broken = dataclasses.replace(LESSON, id=f"01_{folder.name}", exercises=exercises)
    examiners = Examiners()
    for _ in range(2):
        with pytest.raises(BrokenChecks, match=reason):
            examiners.examine(student(right), broken, ["kl_divergence"], 0)
    examiners.close()


def test_what_stops_pytest_is_said_once(monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Examiner, "_run", lambda *given: {}["lost"])
    with pytest.raises(BrokenChecks, match=r"checks\.py: KeyError: 'lost'"):
        examine(student(right), LESSON, ["kl_divergence"], 0)
    assert capsys.readouterr() == ("", "")


LABELS = lesson("02_one_hot")


def checks_of_one_hot(answer) -> tuple[CheckResult, ...]:
    connect = lambda: Student(LiveChannel({"one_hot": answer}))  # noqa: E731
    return examine(connect, LABELS, ["one_hot"], 0).exercises["one_hot"].checks


def test_what_names_nothing_is_one_failure_and_the_others_wait() -> None:
    def misspelt(labels, num_classes):
        return torch.eye(num_classes)[lables]  # noqa: F821

    def elsewhere(labels, num_classes):
        import no_such_module

        return no_such_module.one_hot(labels, num_classes)

    for answer, kind in ((misspelt, "NameError: name 'lables'"), (elsewhere, "ModuleNotFoundError: No module named")):
        checks = checks_of_one_hot(answer)
        failures = {check.message.partition("\n")[0] for check in checks if check.verdict == "failed"}
        assert len(failures) == 1
        assert failures.pop().startswith(f"Your `one_hot` raised {kind}")
        assert {check.verdict for check in checks} == {"failed", "not_checked"}
        assert {check.message for check in checks if check.verdict == "not_checked"} == {
            f"Waits for “{checks[0].title}”."
        }


def test_a_name_that_is_missing_in_one_branch_is_told_where_it_is_met() -> None:
    def careless(labels, num_classes):
        if labels.is_floating_point():
            raise ValueErorr("no floats")  # noqa: F821
        column = labels.long().reshape(-1, 1)
        if ((column < 0) | (column >= num_classes)).any():
            raise ValueError("out of range")
        return (column == torch.arange(num_classes, device=labels.device)).float()

    (failed,) = [check for check in checks_of_one_hot(careless) if check.verdict != "passed"]
    assert failed.name == "floats"
    assert failed.message.startswith("Your code raised NameError: name 'ValueErorr' is not defined")


def test_an_error_of_the_student_s_own_is_not_taken_for_one_that_a_check_plants() -> None:
    def fit(model, train_batches, test_batches, optimizer, epochs, patience):
        return {"train": [0.0] * epohcs, "test": []}  # noqa: F821

    checks = examine(lambda: Student(LiveChannel({"fit": fit})), LESSON, ["fit"], 0).exercises["fit"].checks
    failures = {check.message.partition("\n")[0] for check in checks if check.verdict == "failed"}
    assert failures == {"Your code raised NameError: name 'epohcs' is not defined"}
