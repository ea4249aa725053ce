"""What stands of a result when the course changes, what does not, and what is said about it."""

from dataclasses import replace

from grader.classroom.regrading import EARLIER, Difference, Regrading, difference, standing, why
from grader.course.version import ExerciseVersion, Version
from grader.results import CheckResult, ExerciseResult, Result

OLD = Version(
    {"the grader itself": "1", "the limits": "1"},
    {
        "first": ExerciseVersion({"a": "1", "b": "1"}, {"its thresholds": "1"}, {"a": 3.0, "b": 1.0}),
        "second": ExerciseVersion({"c": "1"}, {}, {"c": 4.0}, ("first",)),
        "third": ExerciseVersion({"d": "1"}, {}, {"d": 2.0}, ("second",)),
        "fourth": ExerciseVersion({"e": "1", "f": "1"}, {}, {"e": 2.0, "f": 2.0}),
    },
)


def changed(name: str, **parts: object) -> Version:
    return replace(OLD, exercises=OLD.exercises | {name: replace(OLD.exercises[name], **parts)})


def exercise(name: str, *scores: float, **more: object) -> ExerciseResult:
    checks = [
        CheckResult(check, "", "passed" if score == most else "failed", score, most)
        for (check, most), score in zip(OLD.exercises[name].points.items(), scores, strict=True)
    ]
    return ExerciseResult(name, tuple(checks), **more)


SCORES = {"first": (3, 0), "second": (4,), "third": (0,), "fourth": (1, 2)}
RESULT = Result("ann", "x", 1, tuple(exercise(name, *scores) for name, scores in SCORES.items()))


def points_of(exercises: tuple[ExerciseResult, ...]) -> dict[str, list[tuple[float, float]]]:
    return {one.name: [(check.score, check.max_score) for check in one.checks] for one in exercises}


class TestDifference:
    def test_what_concerns_all_of_it(self):
        new = replace(OLD, common={"the grader itself": "2", "the limits": "2"})
        assert difference(OLD, new) == Difference(("the grader itself changed", "the limits changed"))
        assert difference(None, OLD).whole == (EARLIER,)
        assert difference(OLD, OLD) == Difference()

    def test_an_exercise_and_what_builds_on_it_also_through_others(self):
        found = difference(OLD, changed("first", checks={"a": "1", "b": "2"}))
        assert found.again == {
            "first": "its check `b` changed",
            "second": "it builds on `first`",
            "third": "it builds on `second`",
        }
        assert difference(OLD, changed("fourth", checks={"e": "2", "f": "2"})).again == {"fourth": "its checks changed"}
        assert (
            difference(OLD, changed("first", rest={"its thresholds": "2"})).again["first"] == "its thresholds changed"
        )

    def test_checks_that_come_and_go_and_exercises_too(self):
        new = changed("fourth", checks={"e": "1", "g": "1", "h": "1"})
        assert difference(OLD, new).again == {"fourth": "its checks `g` and `h` are new, its check `f` is gone"}
        fewer = replace(OLD, exercises={name: one for name, one in OLD.exercises.items() if name != "fourth"})
        assert difference(OLD, fewer) == Difference()
        assert difference(fewer, OLD).again == {"fourth": "it is new"}

    def test_points_alone(self):
        found = difference(OLD, changed("first", points={"a": 1.0, "b": 3.0}))
        assert found == Difference((), {}, ("first",))
        nothing = changed("first", points={"a": 4.0, "b": 0.0})
        assert difference(nothing, OLD).again["first"] == "its points changed"

    def test_in_short(self):
        assert why(difference(OLD, changed("first", checks={"a": "1", "b": "2"}))) == "`first`: its check `b` changed"
        assert why(difference(OLD, changed("first", points={"a": 1.0, "b": 3.0}))) == "points changed"
        assert why(Difference(("the limits changed",))) == "the limits changed"


class TestStanding:
    def test_other_exercises_stand(self):
        new = changed("second", checks={"c": "2"})
        stand, again = standing(RESULT, difference(OLD, new), new)
        assert [one.name for one in stand] == ["first", "fourth"]
        assert again.keys() == {"second", "third"}
        assert stand[0] is RESULT.exercises[0]

    def test_the_same_shares_of_new_points(self):
        new = changed("fourth", points={"e": 3.0, "f": 1.0})
        stand, again = standing(RESULT, difference(OLD, new), new)
        assert again == {}
        assert points_of(stand) == points_of(RESULT.exercises) | {"fourth": [(1.5, 3.0), (1.0, 1.0)]}

    def test_which_of_two_gradings_is_the_better_one_depends_on_the_weights(self):
        twice = replace(RESULT, exercises=(exercise("first", 3, 0), exercise("fourth", 1, 2, judged_twice=True)))
        other = changed("fourth", points={"e": 3.0, "f": 1.0})
        stand, again = standing(twice, difference(OLD, other), other)
        assert [one.name for one in stand] == ["first"]
        assert "which of two gradings" in again["fourth"]
        double = changed("fourth", points={"e": 4.0, "f": 4.0})
        assert standing(twice, difference(OLD, double), double)[1] == {}
        right = replace(RESULT, exercises=(exercise("fourth", 2, 2, judged_twice=True),))
        assert standing(right, difference(OLD, other), other)[1] == {}

    def test_of_what_could_not_be_graded_only_new_points_leave_anything(self):
        refused = replace(RESULT, error="This is no notebook.")
        new = changed("fourth", checks={"e": "2", "f": "1"})
        assert standing(refused, difference(OLD, new), new)[0] == ()
        points = changed("fourth", points={"e": 3.0, "f": 1.0})
        assert len(standing(refused, difference(OLD, points), points)[0]) == 4
        assert standing(RESULT, Difference(("x changed",)), OLD) == ((), {})


def test_each_kind_is_said_with_its_count():
    regrading = Regrading("01_x", of=5)
    new = changed("second", checks={"c": "2"})
    for _ in range(2):
        regrading.add(difference(OLD, new), standing(RESULT, difference(OLD, new), new)[1])
    regrading.add(Difference(("the limits changed",)), {})
    other = Regrading("01_x", of=5)
    other.add(replace(difference(OLD, new), points=("first",)), {"second": "it is new"})
    assert list(other.sentences()) == [
        "01_x: 1 of 5 submissions will be graded again: `second` (it is new). What was found of other exercises is "
        "kept, with their new points."
    ]
    regrading.add(Difference((), {}, ("first", "fourth")), {})
    assert list(regrading.sentences()) == [
        "01_x: 1 of 5 submissions will be graded again as a whole: the limits changed.",
        "01_x: 2 of 5 submissions will be graded again: `second` (its check `c` changed), `third` (it builds "
        "on `second`). What was found of other exercises is kept.",
        "01_x: only points changed, of `first` and `fourth`: 1 score computed anew from kept results, without running "
        "a notebook.",
    ]
    assert list(Regrading("01_x", of=5).sentences()) == []
