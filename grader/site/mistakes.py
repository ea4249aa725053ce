"""The index of mistakes: what people see go wrong, and the page of each lesson that explains what is behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.authoring.answers import Answer
from grader.course.catalogue import Exercise, Lesson, Misconception
from grader.site.lessons import LessonSource
from grader.site.writing import Sources, escaped, mistake_anchor, render, slug

SHARED = "all-lessons"
_TROUBLE = re.compile(r"^> \*\*When it goes wrong\.?\*\*$(.*?)(?=^[^>]|\Z)", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^- (.+?) → (.+?)$")
Occurrences = Mapping[str, Sequence[Exercise]]


@dataclass(frozen=True)
class Group:
    """Mistakes that are made in one place."""

    title: str
    mistakes: list[Misconception]


@dataclass(frozen=True)
class Symptom:
    """What somebody sees, in Markdown, what it means, and where more is said about it."""

    text: str
    meaning: str
    anchor: str


def occurrences(answers: Iterable[Answer], lessons: Iterable[Lesson]) -> dict[str, list[Exercise]]:
    """The exercises with a wrong answer that has it, for each misconception, in the order of the course."""
    exercises = {name: exercise for lesson in lessons for name, exercise in lesson.exercises.items()}
    order = list(exercises)
    made: dict[str, set[str]] = {}
    for answer in answers:
        if answer.expected:
            made.setdefault(answer.expected, set()).add(answer.exercise)
    return {name: [exercises[one] for one in sorted(found, key=order.index)] for name, found in made.items()}


def of_exercises(lesson: Lesson, where: Occurrences) -> dict[str, list[Misconception]]:
    """The misconceptions that occur in each exercise of a lesson."""
    return {
        name: [mistake for mistake in lesson.misconceptions.values() if exercise in where.get(mistake.id, ())]
        for name, exercise in lesson.exercises.items()
    }


def pages(sources: Sequence[LessonSource], shared: Mapping[str, Misconception], where: Occurrences) -> Sources:
    """A page of mistakes for each lesson, one for those that lessons share, and the index of symptoms.

    shared: the misconceptions that more than one lesson may name; each has one place, among themselves.
    """
    lessons = [source.lesson for source in sources]
    titles = {SHARED: "Mistakes of more than one lesson"}
    titles |= {lesson.id: f"Mistakes of lesson {int(lesson.id[:2])}: {lesson.title}" for lesson in lessons}
    groups = {SHARED: _by_lesson(shared.values(), lessons, where)}
    for lesson in lessons:
        own = [mistake for name, mistake in lesson.misconceptions.items() if name not in shared]
        groups[lesson.id] = _by_exercise(own, lesson, where)
    found: Sources = {
        f"mistakes/{slug(name)}.md": render("mistakes.md.j2", title=titles[name], groups=groups[name], where=where)
        for name in titles
    }
    symptoms = {titles[name]: list(_of_groups(groups[name])) for name in titles}
    for source in sources:
        symptoms[titles[source.lesson.id]] += _of_prose(source)
    total = sum(map(len, symptoms.values()))
    names = [slug(name) for name in titles]
    return found | {"mistakes/index.md": render("symptoms.md.j2", symptoms=symptoms, total=total, names=names)}


def _by_exercise(mistakes: Iterable[Misconception], lesson: Lesson, where: Occurrences) -> list[Group]:
    """Each mistake under the first exercise of the lesson in which it is made; the rest at the end."""
    groups = {exercise: Group(exercise.title, []) for exercise in lesson.exercises.values()}
    rest = Group("Elsewhere in the lesson", [])
    for mistake in mistakes:
        first = next((one for one in where.get(mistake.id, ()) if one in groups), None)
        (groups[first] if first else rest).mistakes.append(mistake)
    return [group for group in (*groups.values(), rest) if group.mistakes]


def _by_lesson(mistakes: Iterable[Misconception], lessons: Iterable[Lesson], where: Occurrences) -> list[Group]:
    """Each mistake under the first lesson in which it is made; the rest at the end."""
    groups = {lesson.id: Group(f"First met in lesson {int(lesson.id[:2])}", []) for lesson in lessons}
    homes = {exercise.name: lesson.id for lesson in lessons for exercise in lesson.exercises.values()}
    rest = Group("Anywhere", [])
    for mistake in mistakes:
        made = where.get(mistake.id, ())
        (groups[homes[made[0].name]] if made else rest).mistakes.append(mistake)
    return [group for group in (*groups.values(), rest) if group.mistakes]


def _of_groups(groups: Iterable[Group]) -> Iterator[Symptom]:
    for group in groups:
        for mistake in group.mistakes:
            yield Symptom(escaped(mistake.symptom), escaped(mistake.name), mistake_anchor(mistake.id))


def _of_prose(source: LessonSource) -> Iterator[Symptom]:
    """The items of "When it goes wrong": each is a symptom, an arrow, and its cause."""
    for text, anchor in source.prose:
        for trouble in _TROUBLE.findall(text):
            lines = re.sub(r"^> ?", "", trouble, flags=re.MULTILINE)
            for item in re.split(r"\n(?=- )", lines.strip()):
                said = _ITEM.match(" ".join(item.split()))
                if said:
                    yield Symptom(said[1], said[2], anchor)
