"""The map of the course: lessons, their exercises, what each takes and what it builds on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.course.catalogue import Exercise
from grader.site.lessons import LessonSource
from grader.site.writing import render

_ROW = re.compile(r"^\| \[\d+ · [^\]]+\]\(solutions/(\w+)\.ipynb\) \| (.+?) \| \d+ \|$", re.MULTILINE)


@dataclass(frozen=True)
class Stop:
    """An exercise on the map; effort is what its heading says, such as "●● 5 min"."""

    exercise: Exercise
    effort: str
    builds_on: tuple[Exercise, ...]


def stops(source: LessonSource) -> list[Stop]:
    exercises = source.lesson.exercises
    return [
        Stop(exercise, _effort(source, exercise.name), tuple(exercises[name] for name in exercise.builds_on))
        for exercise in exercises.values()
    ]


def what_lessons_build(readme: str) -> dict[str, str]:
    """What README's table says of each lesson."""
    return dict(_ROW.findall(readme))


def page(sources: Sequence[LessonSource], readme: str) -> str:
    lessons = [(source.lesson, stops(source)) for source in sources]
    return render("map.md.j2", lessons=lessons, builds=what_lessons_build(readme))


def _effort(source: LessonSource, exercise: str) -> str:
    for part in source.parts:
        heading = re.search(rf"^#+ .*`{exercise}`\s*(●+.*)$", part.cell.source, re.MULTILINE)
        if heading and not part.cell.is_code:
            return re.sub(r"(●+) (\d+) min", "\\1\u00a0\\2\u00a0min", heading[1].strip())  # stays on one line
    return ""
