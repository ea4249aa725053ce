"""The index of mistakes: each has one place, and is found by its symptom."""

from __future__ import annotations

from dataclasses import dataclass

from grader.authoring.answers import Answer
from grader.course.catalogue import Lesson, Misconception
from grader.site import mistakes
from tests.site.small import MINUS, TWICE, lesson, source


@dataclass(frozen=True)
class Told(Lesson):
    """A lesson with given misconceptions."""

    told: tuple[Misconception, ...] = ()

    @property
    def misconceptions(self) -> dict[str, Misconception]:
        return {one.id: one for one in self.told}


def told(number: int, *given: Misconception) -> Told:
    plain = lesson(number)
    return Told(plain.id, plain.title, plain.exercises, given)


def wrong(exercise: str, label: str) -> Answer:
    return Answer("01_halves", exercise, "an_answer", "wrong", f"# misconception: {label}\nx")


FIRST, SECOND = told(1, TWICE, MINUS), told(2, MINUS)
WHERE = mistakes.occurrences(
    [wrong("half_2", "half-sign"), wrong("half", "half-sign"), wrong("half", "half-sign")], [FIRST, SECOND]
)
PAGES = mistakes.pages([source(FIRST), source(SECOND, prose=())], {MINUS.id: MINUS}, WHERE)


def test_a_mistake_occurs_where_an_answer_makes_it():
    assert {name: [one.name for one in made] for name, made in WHERE.items()} == {"half-sign": ["half", "half_2"]}
    assert mistakes.of_exercises(FIRST, WHERE) == {"half": [MINUS]}


def test_each_mistake_is_on_one_page():
    assert set(PAGES) == {f"mistakes/{name}.md" for name in ("index", "all-lessons", "01-halves", "02-halves")}
    for name, place in {"half-sign": "all-lessons", "halved-twice": "01-halves"}.items():
        having = [page for page, text in PAGES.items() if f"(mistake-{name})=" in text]
        assert having == [f"mistakes/{place}.md"]


def test_a_mistake_is_explained_and_leads_to_its_exercises():
    page = PAGES["mistakes/all-lessons.md"]
    assert "## First met in lesson 1" in page
    entry = page.partition("### A sign")[2]
    assert ": `half(2)` is −1 \\* 1." in entry
    assert ": No \\<b\\>sign\\</b\\>." in entry
    assert ": [A half of 1](#exercise-half), [A half of 2](#exercise-half-2)\n" in entry


def test_what_no_answer_shows_stands_at_the_end():
    page = PAGES["mistakes/01-halves.md"]
    assert "## Elsewhere in the lesson" in page
    assert "Met in" not in page


def test_the_index_has_the_symptoms_of_tables_and_of_prose():
    index = PAGES["mistakes/index.md"]
    assert "4 symptoms" in index
    assert "- [It is 4 times too small.](#mistake-halved-twice) → Halved twice\n" in index
    assert "- [*It is 4 times too small*](#prose-01-halves-markdown-03) → halved twice.\n" in index
    assert "- [`nan`](#prose-01-halves-markdown-03) → nothing was halved.\n" in index
    assert "go on" not in index
