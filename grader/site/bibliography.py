"""The papers of all lessons in one list: those of each lesson's own list, and those that its prose cites by number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from grader.authoring.errors import BuildError
from grader.site.lessons import LessonSource
from grader.site.writing import render, with_links

_TITLE = r"\*(?P<title>(?:[^*\\]|\\.)+)\*"
_ENTRY = re.compile(
    rf"(?P<authors>[^*]+), {_TITLE}, (?P<when>[^.]+)\.(?: arXiv:(?P<arxiv>\d{{4}}\.\d{{4,5}})\.)?(?: (?P<note>.+))?"
)
_CITED = re.compile(
    rf"(?:^|\(|: |[^.A-Z]\. )(?P<authors>[A-Z](?:[\w ,’'-]|(?<=[A-Z])\.)+), {_TITLE}, "
    r"(?P<when>\d{4}[^.()]*?),? \(?arXiv:(?P<arxiv>\d{4}\.\d{4,5})"
)
_HEADING = "## Papers"


@dataclass(frozen=True)
class Mention:
    """Where a paper is named, and what is said of it there, in Markdown."""

    lesson_id: str
    anchor: str
    note: str

    @property
    def where(self) -> str:
        return f"Lesson {int(self.lesson_id[:2])}"


@dataclass(frozen=True)
class Paper:
    """Authors as they sign; `when` is the year, with the place if one is given; arxiv is empty without a number."""

    authors: str
    title: str
    when: str
    arxiv: str
    mentions: list[Mention] = field(default_factory=list)

    @property
    def key(self) -> str:
        return re.sub(r"\W+", " ", self.title.lower()).strip()

    @property
    def surname(self) -> str:
        """The first author's, by which the list is sorted."""
        first = re.split(r",| and ", self.authors)[0].split()
        start = next((i for i, word in enumerate(first) if i and word[0].islower()), len(first) - 1)
        return " ".join(first[start:])

    @property
    def place(self) -> tuple[str, str, str]:
        year = re.search(r"\d{4}", self.when)
        return self.surname.lower(), year.group() if year else "", self.key


def papers(sources: Sequence[LessonSource]) -> list[Paper]:
    """Every paper once, by the first author's name; BuildError where an entry of a list cannot be read."""
    found: dict[str, Paper] = {}
    for source in sources:
        for paper, mention in _mentions(source):
            known = found.setdefault(paper.key, paper)
            if paper.arxiv and not known.arxiv:
                known = found[paper.key] = replace(known, arxiv=paper.arxiv)
            known.mentions.append(mention)
    return sorted(found.values(), key=lambda paper: paper.place)


def page(sources: Sequence[LessonSource]) -> str:
    return render("papers.md.j2", papers=papers(sources))


def _mentions(source: LessonSource) -> Iterator[tuple[Paper, Mention]]:
    for text, anchor in source.prose:
        before, _, listed = text.partition(f"{_HEADING}\n")
        for entry in _entries(listed):
            match = _ENTRY.fullmatch(entry)
            if not match:
                raise BuildError(
                    f'{source.lesson.id}: under "Papers", cannot read "{entry[:60]}": write '
                    "Authors, *Title*, year. arXiv:number. What it has to do with the lesson."
                )
            yield _paper(match), Mention(source.lesson.id, anchor, with_links(match["note"] or ""))
        for match in _CITED.finditer(" ".join(before.split())):
            yield _paper(match), Mention(source.lesson.id, anchor, "")


def _entries(listed: str) -> list[str]:
    """The items of a list, each on one line; what follows the list is no part of it."""
    items = re.findall(r"^- (.+(?:\n  .+)*)", listed, re.MULTILINE)
    return [" ".join(item.split()) for item in items]


def _paper(match: re.Match[str]) -> Paper:
    arxiv = match["arxiv"] or ""
    when = re.sub(r" \(no arXiv \w+\)|, no arXiv \w+", "", match["when"])
    return Paper(match["authors"].strip(), match["title"], when.strip(), arxiv)
