"""Finding the submissions in what an instructor has: each person's notebooks, one for each lesson.

What a place is called says whose a file is (see `layouts`); which lesson it belongs to, the notebook itself. Everything
that is found is either a submission, with a row of its own in the gradebook, or skipped with a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.labels import labels_of
from grader.classroom.layouts import (
    KNOWN_LAYOUTS,
    Person,
    Piece,
    holder_of,
    is_notebook,
    look_alikes,
    sort_by_owner,
)
from grader.classroom.tree import Entry, Skipped, content, list_source, some_skipped
from grader.classroom.unpacking import Member, unpack_for
from grader.untrusted import one_line

LessonOf = Callable[[Path], str]


@dataclass(frozen=True)
class HandedIn:
    """One student's notebook for one lesson. `lesson` is None where that is not known.

    `student` is safe as a file name and unlike every other student's. `person` is who that is; `piece` says what they
    called the notebook, whether it came late, and where it was found. `refused` says why a submission cannot be graded
    (a folder or a symbolic link in place of the notebook, damage in the archive, no notebook at all …).
    """

    student: str
    lesson: str | None
    path: Path
    refused: str | None
    person: Person
    piece: Piece


@dataclass(frozen=True)
class Discovery:
    """What was found: the submissions, sorted by student and lesson, and what is not one, with the reason.

    `doubts` are sentences about submissions that may be one person's.
    """

    submissions: list[HandedIn]
    skipped: list[Skipped]
    doubts: list[str]


@dataclass(frozen=True)
class _Looked:
    """A piece that has been looked into: its lesson, or why it has none."""

    piece: Piece
    path: Path
    lesson: str | None = None
    refused: str | None = None

    @property
    def age(self) -> tuple[bool, tuple[int, int], float, str]:
        """Of several notebooks for one lesson the one with the greatest counts: the newest, as far as that is known."""
        return self.piece.is_official, self.piece.upload, self.piece.entry.modified, self.piece.entry.shown


def discover(source: Path, lesson: str | None, known: Iterable[str], scratch: Path, lesson_of: LessonOf) -> Discovery:
    """The submissions in `source`, a folder or a zip archive.

    lesson: the one lesson to look at; who handed in nothing that is of it has a row for it, with the reason.
    known: the ids of the course's lessons. scratch: where the notebooks of an archive are unpacked.
    lesson_of: the lesson of a notebook; ValueError with a sentence if that cannot be told.
    """
    lessons = frozenset(known)
    root = submissions_root(source) if source.is_dir() else source
    entries, skipped = list_source(root, scratch, lambda entries: holder_of(entries, lessons))
    pieces, others = sort_by_owner(entries, lessons, content)
    skipped += some_skipped(others, lambda item: item.name.partition("/")[0])
    return _discovered(pieces, skipped, lesson, lessons, scratch, lesson_of)


def discover_own(source: Path, lesson: str, known: Iterable[str], scratch: Path, lesson_of: LessonOf) -> Discovery:
    """The one submission in a folder in which everything is one person's, whatever it is called; see `discover`."""
    entries, skipped = list_source(source, scratch, lambda entries: lambda place: "")
    person = Person("")
    pieces = [
        Piece(person, entry, entry.shown) for entry in entries if entry.kind != "folder" or is_notebook(entry.name)
    ]
    return _discovered(pieces, skipped, lesson, frozenset(known), scratch, lesson_of)


def _discovered(
    pieces: list[Piece],
    skipped: list[Skipped],
    lesson: str | None,
    known: frozenset[str],
    scratch: Path,
    lesson_of: LessonOf,
) -> Discovery:
    """What counts of what each person handed in. skipped: what is known not to count."""
    people: dict[Person, list[Piece]] = defaultdict(list)
    for piece in pieces:
        people[piece.person].append(piece)
    paths = unpack_for((_packed(own) for own in people.values()), scratch)
    labels = labels_of(people)
    submissions: list[HandedIn] = []
    for person, own in people.items():
        chosen, superseded = _choose([_look(piece, paths, lesson, known, lesson_of) for piece in own], lesson)
        skipped += some_skipped(superseded, lambda item: "")
        submissions += [
            HandedIn(labels[person], one.lesson, one.path, one.refused, person, one.piece) for one in chosen
        ]
    submissions = _of_one_lesson(submissions)
    submissions.sort(key=lambda one: (one.student, one.lesson or ""))
    skipped = sorted(skipped, key=lambda one: ascii(one.name))
    return Discovery(submissions, skipped, look_alikes([person.name for person in people]))


def _of_one_lesson(submissions: list[HandedIn]) -> list[HandedIn]:
    """What could not be recognised belongs to the lesson that all others are of, if there is only one."""
    lessons = {one.lesson for one in submissions if one.lesson}
    if len(lessons) != 1:
        return submissions
    (lesson,) = lessons
    return [replace(one, lesson=lesson) for one in submissions]


def submissions_root(source: Path) -> Path:
    """The folder that is searched: `submitted` when `source` is the root of an nbgrader course.

    There it has folders of students, with folders of assignments in them; otherwise it is somebody's own.
    """
    tree = source / "submitted"
    return tree if not tree.is_symlink() and next(tree.glob("*/*/*"), None) is not None else source


def nothing_found(source: Path, skipped: list[Skipped]) -> CannotGrade:
    """The error that says what was seen, and what could have been."""
    shown = "; ".join(f"{item.name!r} {one_line(item.reason, 300)}" for item in skipped[:3])
    more = f" and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    seen = f"Skipped: {shown}{more}" if skipped else "It holds no notebooks"
    return CannotGrade(f"No submissions were found in {source}. {seen}. What can be graded: {KNOWN_LAYOUTS}.")


def _packed(pieces: list[Piece]) -> list[Member]:
    """The notebooks of these that are in an archive."""
    return [
        piece.entry.where
        for piece in pieces
        if piece.entry.kind == "file" and is_notebook(piece.entry.name) and isinstance(piece.entry.where, Member)
    ]


def _look(
    piece: Piece,
    paths: Mapping[Member, Path | str],
    asked: str | None,
    known: frozenset[str],
    lesson_of: LessonOf,
) -> _Looked:
    shown = Path(piece.entry.shown)
    if not is_notebook(piece.entry.name):
        return _Looked(piece, shown, None, f"“{piece.file}” was handed in, which is not a notebook.")
    expected = asked or (piece.lesson if piece.lesson in known else None)
    if (refused := _refused(piece.entry)) is not None:
        return _Looked(piece, shown, expected, refused)
    path = piece.entry.where if isinstance(piece.entry.where, Path) else paths[piece.entry.where]
    if isinstance(path, str):
        return _Looked(piece, shown, expected, path)
    try:
        return _Looked(piece, path, lesson_of(path))
    except ValueError as reason:
        return _Looked(piece, path, expected, str(reason))


def _choose(looked: list[_Looked], asked: str | None) -> tuple[list[_Looked], list[Skipped]]:
    """Of what one person handed in: the notebook that counts for each lesson, and what does not count."""
    chosen: list[_Looked] = []
    skipped: list[Skipped] = []
    wanted = [one for one in looked if one.lesson and asked in (None, one.lesson)]
    by_lesson: dict[str | None, list[_Looked]] = defaultdict(list)
    for one in wanted:
        by_lesson[one.lesson].append(one)
    if not by_lesson and (rest := [one for one in looked if one.piece.lesson is None or not one.lesson]):
        by_lesson[None] = [one for one in rest if is_notebook(one.piece.entry.name)] or rest
    for versions in by_lesson.values():
        readable = [one for one in versions if one.refused is None] or versions
        newest = max(readable, key=lambda one: one.age)
        chosen.append(newest if newest in wanted else _refuse(newest, asked))
        skipped += [_superseded(one, newest) for one in versions if one is not newest]
    counted = {id(one) for versions in by_lesson.values() for one in versions}
    skipped += [_beside(one, asked) for one in looked if id(one) not in counted]
    return chosen, skipped


def _refuse(one: _Looked, asked: str | None) -> _Looked:
    """The only thing of somebody's, which is of no lesson, or of another one than is looked at."""
    other = f"This notebook is of the lesson {one.lesson}, not of {asked}."
    return replace(one, lesson=asked or one.piece.lesson, refused=one.refused or other)


def _superseded(older: _Looked, newer: _Looked) -> Skipped:
    name = newer.piece.entry.name if len(newer.piece.entry.parts) == 1 else newer.piece.entry.shown
    why = f" ({older.refused})" if older.refused else ""
    return Skipped(older.piece.entry.shown, f"does not count, {name} does{why}")


def _beside(one: _Looked, asked: str | None) -> Skipped:
    if one.lesson:
        return Skipped(one.piece.entry.shown, f"is {one.lesson}, not {asked}")
    why = f"does not count: {one.refused}" if is_notebook(one.piece.entry.name) else "is not a notebook"
    return Skipped(one.piece.entry.shown, why.removesuffix("."))


def _refused(entry: Entry) -> str | None:
    """Why something with a notebook's name cannot be opened as a file."""
    match entry.kind:
        case "file":
            return None
        case "folder":
            return "This is a folder, not a notebook."
        case "link":
            return "This is a symbolic link, not a notebook; links are not followed."
        case _:
            return "This is not an ordinary file."
