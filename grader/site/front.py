"""The front page: what the course is, its lessons, and how to begin."""

from __future__ import annotations

from collections.abc import Sequence

from grader.authoring.errors import BuildError
from grader.site.course_map import what_lessons_build
from grader.site.lessons import LessonSource, cover_alternative
from grader.site.writing import render


def page(sources: Sequence[LessonSource], readme: str) -> str:
    """The front page; BuildError where README's table lacks a lesson."""
    title, _, rest = readme.partition("\n\n")
    builds = what_lessons_build(readme)
    missing = [source.lesson.id for source in sources if source.lesson.id not in builds]
    if missing:
        raise BuildError(f"README.md: its table of lessons has no row for {', '.join(missing)}")
    return render(
        "index.md.j2",
        title=title.removeprefix("# "),
        lead=rest.partition("\n\n")[0],
        lessons=[(source.lesson, builds[source.lesson.id], cover_alternative(source)) for source in sources],
    )
