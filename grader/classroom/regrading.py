"""What a new version of the course means for results that are there: what stands, what is graded again, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from grader.course.version import ExerciseVersion, Version
from grader.render.view import counted, listed
from grader.results import ExerciseResult, Result

EARLIER = "they are of an earlier version of the grader, which did not keep results by exercise"
_TWICE = "its points changed, and they decide which of two gradings is the better one"
_BUILDS_ON = "it builds on"
_MOST = 3  # checks that are named


@dataclass(frozen=True)
class Difference:
    """Between two versions: why nothing stands, or which exercises are to be graded again and why, and of which others
    only points have changed."""

    whole: tuple[str, ...] = ()
    again: dict[str, str] = field(default_factory=dict)
    points: tuple[str, ...] = ()

    @property
    def cost(self) -> tuple[int, int]:
        """The less of it, the less there is to grade."""
        return len(self.whole), len(self.again)


def difference(old: Version | None, new: Version) -> Difference:
    """Between the version that a result is of, None if that is not known, and the one that it should be of.

    Where an exercise is to be graded again, those that build on it are, too: what they are checked on depends on it.
    """
    if old is None:
        return Difference((EARLIER,))
    parts = dict.fromkeys([*old.common, *new.common])
    if whole := tuple(f"{part} changed" for part in parts if old.common.get(part) != new.common.get(part)):
        return Difference(whole)
    again = {name: reason for name, one in new.exercises.items() if (reason := _reason(old.exercises.get(name), one))}
    while more := {
        name: f"{_BUILDS_ON} `{next(needed for needed in one.builds_on if needed in again)}`"
        for name, one in new.exercises.items()
        if name not in again and set(one.builds_on) & set(again)
    }:
        again |= more
    same = [name for name in new.exercises if name not in again]
    return Difference((), again, tuple(one for one in same if new.exercises[one].points != old.exercises[one].points))


def why(found: Difference) -> str:
    """What has changed between two versions, in short."""
    own = [f"`{name}`: {reason}" for name, reason in found.again.items() if not reason.startswith(_BUILDS_ON)]
    if found.whole or own:
        return "; ".join([*found.whole, *own])
    return "points changed" if found.points else "exercises changed"


def _reason(old: ExerciseVersion | None, new: ExerciseVersion) -> str:
    """Why an exercise has to be graded again; "" if it has not."""
    if old is None:
        return "it is new"
    said = [*_about_checks(old, new), *(f"{part} changed" for part in new.rest if old.rest.get(part) != new.rest[part])]
    if not said and any(points and not old.points[name] for name, points in new.points.items()):
        said = ["its points changed"]  # nobody can say what share of 0 points an answer has reached
    return ", ".join(said)


def _about_checks(old: ExerciseVersion, new: ExerciseVersion) -> Iterator[str]:
    changed = [name for name, text in new.checks.items() if old.checks.get(name, text) != text]
    if len(changed) == len(new.checks) > 1:
        yield "its checks changed"
    elif changed:
        yield f"{_named(changed)} changed"
    for how, names in (("new", new.checks.keys() - old.checks), ("gone", old.checks.keys() - new.checks)):
        if names:
            yield f"{_named(sorted(names))} {'is' if len(names) == 1 else 'are'} {how}"


def _named(checks: list[str]) -> str:
    named = [f"`{name}`" for name in checks[:_MOST]]
    more = [f"{len(checks) - _MOST} more"] if len(checks) > _MOST else []
    return f"its check{'' if len(checks) == 1 else 's'} {listed([*named, *more])}"


def standing(result: Result, found: Difference, new: Version) -> tuple[tuple[ExerciseResult, ...], dict[str, str]]:
    """The results of exercises that stand, with the points of the new version; and which do not, and why."""
    if found.whole or (found.again and not result.is_graded):
        return (), found.again
    again = dict(found.again)
    stand = []
    for one in result.exercises:
        if one.name not in new.exercises or one.name in again:
            continue
        exercise = _rescored(one, new.exercises[one.name].points) if one.name in found.points else one
        if exercise != one and one.judged_twice and one.verdict != "passed" and not _in_proportion(one, exercise):
            again[one.name] = _TWICE
        else:
            stand.append(exercise)
    return tuple(stand), again


def _rescored(exercise: ExerciseResult, points: dict[str, float]) -> ExerciseResult:
    """The same shares of other points."""
    shares = [one.score / one.max_score if one.score else 0.0 for one in exercise.checks]
    checks = [
        replace(one, score=share * points[one.name], max_score=points[one.name])
        for one, share in zip(exercise.checks, shares, strict=True)
    ]
    return replace(exercise, checks=tuple(checks))


def _in_proportion(one: ExerciseResult, other: ExerciseResult) -> bool:
    pairs = zip(one.checks, other.checks, strict=True)
    return all(a.max_score * other.max_score == b.max_score * one.max_score for a, b in pairs)


@dataclass
class Regrading:
    """What of the results of one lesson is found again: of how many of its `of` submissions, and why."""

    lesson: str
    of: int = 0
    _whole: dict[str, int] = field(default_factory=dict)
    _partly: int = 0
    _partly_moved: bool = False
    _anew: int = 0
    _again: dict[str, str] = field(default_factory=dict)
    _points: dict[str, None] = field(default_factory=dict)

    def add(self, found: Difference, again: dict[str, str]) -> None:
        """Another submission, of which these exercises are graded again, or all where nothing stands."""
        self._points |= dict.fromkeys(found.points)
        self._again |= again
        if found.whole:
            reason = listed(found.whole)
            self._whole[reason] = self._whole.get(reason, 0) + 1
        elif again:
            self._partly += 1
            self._partly_moved |= bool(found.points)
        else:
            self._anew += 1

    def sentences(self) -> Iterator[str]:
        """What an instructor reads before it is done."""
        lesson = self.lesson or "Unknown lessons"
        for reason, count in self._whole.items():
            yield f"{lesson}: {count} of {counted(self.of, 'submission')} will be graded again as a whole: {reason}."
        if self._partly:
            named = ", ".join(f"`{name}` ({reason})" for name, reason in self._again.items())
            yield (
                f"{lesson}: {self._partly} of {counted(self.of, 'submission')} will be graded again: {named}. "
                f"What was found of other exercises is kept{', with their new points' if self._partly_moved else ''}."
            )
        if self._anew:
            names = listed(f"`{name}`" for name in self._points)
            what = f"only points changed, of {names}" if names else "exercises are gone, or moved"
            yield (
                f"{lesson}: {what}: {counted(self._anew, 'score')} computed anew from kept results, without running "
                "a notebook."
            )
