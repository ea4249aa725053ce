"""One student's feedback on one lesson: a page that stands on its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.course.catalogue import Lesson
from grader.render.html import render
from grader.render.view import SENTENCE, View, notes_beside, number, points, score, view
from grader.results import Result
from grader.untrusted import lines, one_line


@dataclass(frozen=True)
class Counted:
    """What counts after the instructor's decisions: points by exercise, in all (None for nothing), and the most.

    What does not count is not in `scores`. `decisions` has a sentence for each of them.
    """

    scores: Mapping[str, float]
    score: float | None
    max_score: float
    decisions: Sequence[str]


def feedback_html(
    result: Result, lesson: Lesson | None, course: str, about: Sequence[str] = (), counted: Counted | None = None
) -> str:
    """A whole HTML page with the total and a card for each exercise; `course` is the name of the course.

    about: short lines on the file and when it was graded. counted: None where nothing was decided.
    """
    counted = counted or _as_checked(result)
    cards = [replace(view(exercise, lesson), praise="") for exercise in result.exercises]
    page = {
        "course": course,
        "lesson": lesson.title if lesson else one_line(result.lesson, 80) or "A lesson that was not recognised",
        "student": one_line(result.student, 80),
        "points": "does not count" if counted.score is None else points(counted.score, counted.max_score),
        "about": [one_line(text, 200) for text in about],
        "decisions": [one_line(text, 500) for text in counted.decisions],
        "refused": not result.is_graded,
        "said": [*lines(result.error or "", width=SENTENCE), *notes_beside(result, cards)],
        "cards": [_without(result.error, card) for card in cards],
        "worth": [_worth(one.name, one.max_score, counted) for one in result.exercises],
        "beside": _beside(counted),
        "code": {one_line(name, 60): lines(text, most=200, width=400) for name, text in result.answers.items()},
    }
    return render("feedback.html.j2", page=page, points_by_check=True)


def _without(error: str | None, card: View) -> View:
    """The card without what the page says at its top, because nothing could be graded."""
    if error is None:
        return card
    top = one_line(error, 4000)
    return replace(card, findings=tuple(one for one in card.findings if one.sentence not in top))


def _as_checked(result: Result) -> Counted:
    return Counted({one.name: one.score for one in result.exercises}, result.score, result.max_score, ())


def _worth(name: str, most: float, counted: Counted) -> str:
    """What an exercise counts."""
    if counted.score is None or name not in counted.scores:
        return "does not count"
    return score(counted.scores[name], most)


def _beside(counted: Counted) -> str:
    """The points that decisions about the whole lesson have given or taken; "" if they have not."""
    rest = round(0.0 if counted.score is None else counted.score - sum(counted.scores.values()), 2)
    return f"{'+' if rest > 0 else '−'}{number(abs(rest))}" if rest else ""
