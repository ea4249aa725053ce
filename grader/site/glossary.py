"""The glossary: `solutions/glossary.toml` says what a term means; the prose that introduces it is looked up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.errors import BuildError
from grader.site.lessons import LessonSource
from grader.site.writing import render


@dataclass(frozen=True)
class Term:
    """A term, what it means (Markdown), and where the course says it first."""

    name: str
    meaning: str
    lesson_id: str
    anchor: str

    @property
    def where(self) -> str:
        return f"Lesson {int(self.lesson_id[:2])}"


def terms(table: Path, sources: Sequence[LessonSource]) -> list[Term]:
    """The terms by name, each with the first prose that uses it; BuildError for a term that no lesson uses."""
    meanings = tomllib.loads(table.read_text("utf-8"))
    found = []
    for name, entry in meanings.items():
        place = _first_use(entry.get("said", name), sources)
        if place is None:
            raise BuildError(f"{table.name}: no lesson speaks of {name!r}")
        found.append(Term(name, " ".join(entry["meaning"].split()), *place))
    return sorted(found, key=lambda term: term.name.lower())


def page(table: Path, sources: Sequence[LessonSource]) -> str:
    return render("glossary.md.j2", terms=terms(table, sources))


def _first_use(name: str, sources: Sequence[LessonSource]) -> tuple[str, str] | None:
    """The lesson and the anchor of the prose that sets the term in bold, or else uses it, first."""
    words = re.escape(name).replace(r"\ ", r"\s+")
    for pattern in (rf"\*\*(?:an? |the )?{words}s?\*\*", rf"(?<!\w){words}"):
        for source in sources:
            for text, anchor in source.prose:
                if re.search(pattern, text, re.IGNORECASE):
                    return source.lesson.id, anchor
    return None
