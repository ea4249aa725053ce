"""Finding the submissions in what an instructor has: a folder, nbgrader's tree, or a Canvas or Moodle download.

A layout is recognised by names alone; no notebook is opened here. Everything that is found is either a
submission, with a row of its own in the gradebook, or skipped with a reason.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.names import unique_names
from grader.classroom.tree import Entry, Skipped, list_archive, list_folder, unpack

_CANVAS = re.compile(
    r"(?P<student>.+?)(?:_late)?_(?P<person>\d+)_(?P<upload>\d+)_(?P<file>.+?)(?:-(?P<again>\d{1,4}))?\.ipynb",
    re.IGNORECASE | re.DOTALL,
)
_MOODLE = re.compile(r"(?P<student>.+?)_(?P<person>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL)


@dataclass(frozen=True)
class HandedIn:
    """One student's notebook. `lesson` is None if the notebook itself has to say.

    `student` is safe as a file name and unlike every other student's. `refused` says why a submission cannot
    even be opened (a folder or a symbolic link in place of the notebook, damage in the archive …).
    """

    student: str
    lesson: str | None
    path: Path
    refused: str | None = None


@dataclass(frozen=True)
class Discovery:
    """What was found: the submissions, sorted by student and lesson, and what is not one, with the reason."""

    submissions: list[HandedIn]
    skipped: list[Skipped]


@dataclass(frozen=True)
class _Found:
    """A notebook with the student's name as it came; `person` is the number that a campus system gives."""

    student: str
    lesson: str | None
    file: str
    entry: Entry
    person: str = ""
    upload: tuple[int, int] | None = None


def discover(source: Path, lesson: str | None, known: Iterable[str], scratch: Path) -> Discovery:
    """The submissions in `source`, a folder or a zip archive.

    lesson: what the instructor says the notebooks are; in nbgrader's tree, the one lesson to look at.
    known: the ids of the course's lessons. scratch: where the notebooks of an archive are unpacked.
    """
    if source.is_dir():
        entries, skipped = list_folder(submissions_root(source))
        found, others = _recognise(entries, lesson, frozenset(known))
        paths = {item.entry.parts: item.entry.where for item in found}
        return _discovery(found, skipped + others, paths)
    try:
        archive = zipfile.ZipFile(source)
    except FileNotFoundError:
        raise CannotGrade(f"There is no {source}.") from None
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        what = "a notebook; grade it with `grader check`" if source.suffix == ".ipynb" else "neither folder nor zip"
        raise CannotGrade(f"{source} is {what} ({error}).") from error
    with archive:
        entries, skipped = list_archive(archive)
        found, others = _recognise(entries, lesson, frozenset(known))
        notebooks = [item.entry for item in found if item.entry.kind == "file"]
        return _discovery(found, skipped + others, unpack(archive, notebooks, scratch))


def submissions_root(source: Path) -> Path:
    """The folder that is searched: `submitted` when `source` is the root of an nbgrader course."""
    tree = source / "submitted"
    return tree if tree.is_dir() and not tree.is_symlink() else source


def _recognise(entries: list[Entry], lesson: str | None, known: frozenset[str]) -> tuple[list[_Found], list[Skipped]]:
    entries = _without_wrappers(entries, known)
    if any(entry.parts == ("submitted",) and entry.kind == "folder" for entry in entries):
        entries = [
            replace(entry, parts=entry.parts[1:])
            for entry in entries
            if entry.parts[0] == "submitted" and len(entry.parts) > 1
        ]
    if any(_MOODLE.fullmatch(entry.parts[0]) for entry in entries):
        layout = _moodle(entries, lesson)
    elif any(_is_nbgrader(entry, known) for entry in entries):
        layout = _nbgrader(entries, lesson, known)
    else:
        layout = _flat(entries, lesson)
    found: list[_Found] = []
    skipped: list[Skipped] = []
    for item in layout:
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            found.append(item)
    newest, older = _without_superseded(found)
    return newest, skipped + older


def _without_wrappers(entries: list[Entry], known: frozenset[str]) -> list[Entry]:
    """The entries below the one folder that an archive often puts around everything."""
    while entries and entries[0].kind == "folder" and len({entry.parts[0] for entry in entries}) == 1:
        wrapper = entries[0].name
        if _MOODLE.fullmatch(wrapper) or any(_is_nbgrader(entry, known) for entry in entries):
            break
        entries = [replace(entry, parts=entry.parts[1:]) for entry in entries if len(entry.parts) > 1]
    return entries


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _is_nbgrader(entry: Entry, known: frozenset[str]) -> bool:
    return len(entry.parts) == 3 and _is_notebook(entry.name) and entry.parts[1] in known


def _flat(entries: list[Entry], lesson: str | None) -> Iterator[_Found | Skipped]:
    """Notebooks side by side: the student is the file's stem, or what Canvas has put before the file's name."""
    for entry in entries:
        if not _is_notebook(entry.parts[0]):
            if entry.kind != "folder":
                yield _not_a_notebook(entry)
        elif len(entry.parts) == 1:
            yield _of_canvas(entry, lesson) or _Found(entry.name[: -len(".ipynb")], lesson, entry.name, entry)


def _of_canvas(entry: Entry, lesson: str | None) -> _Found | None:
    match = _CANVAS.fullmatch(entry.name)
    if not match:
        return None
    upload = int(match["again"] or 0), int(match["upload"])
    return _Found(match["student"], lesson, match["file"], entry, match["person"], upload)


def _moodle(entries: list[Entry], lesson: str | None) -> Iterator[_Found | Skipped]:
    """`Full Name_1234567_assignsubmission_file_/…/any.ipynb`, or the same name before the file's own."""
    for entry in entries:
        match = _MOODLE.fullmatch(entry.parts[0])
        inside = "/".join(entry.parts[1:])
        if match and _is_notebook(entry.name) and (inside or entry.kind != "folder"):
            yield _Found(match["student"], lesson, inside or match["file"], entry, match["person"])
        elif entry.kind != "folder":
            yield _not_a_notebook(entry)


def _nbgrader(entries: list[Entry], lesson: str | None, known: frozenset[str]) -> Iterator[_Found | Skipped]:
    """`student/lesson/lesson.ipynb`; a notebook of another name counts where that one is missing."""
    places: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if len(entry.parts) == 2 and entry.kind == "folder":
            places[entry.parts[0], entry.parts[1]] = []
    for entry in entries:
        if len(entry.parts) == 3 and _is_notebook(entry.name):
            places[entry.parts[0], entry.parts[1]].append(entry)
        elif entry.kind != "folder":
            yield _not_a_notebook(entry)
    for (student, folder), notebooks in places.items():
        shown = f"{student}/{folder}"
        if folder not in known:
            yield Skipped(shown, "is not a lesson of this course")
        elif lesson not in (None, folder):
            yield Skipped(shown, f"is not {lesson}")
        elif not notebooks:
            yield Skipped(shown, "holds no notebook")
        else:
            named = [entry for entry in notebooks if entry.name == f"{folder}.ipynb"]
            for entry in named or notebooks:
                yield _Found(student, folder, entry.name, entry)
            for entry in notebooks if named else []:
                if entry not in named:
                    yield Skipped(entry.shown, f"{folder}.ipynb beside it counts")


def _not_a_notebook(entry: Entry) -> Skipped:
    if entry.kind == "link":
        return Skipped(entry.shown, "is a symbolic link")
    if _is_notebook(entry.name):
        return Skipped(entry.shown, "is not where a submission is expected")
    return Skipped(entry.shown, "is not a notebook")


def _without_superseded(found: list[_Found]) -> tuple[list[_Found], list[Skipped]]:
    """Of a file that was handed in again on Canvas (`-1`, `-2` …), only the latest."""
    latest: dict[tuple[str, str, str], _Found] = {}
    for item in found:
        key = item.student, item.person, item.file
        if item.upload and (key not in latest or (latest[key].upload or (0, 0)) < item.upload):
            latest[key] = item
    newest: list[_Found] = []
    skipped: list[Skipped] = []
    for item in found:
        counts = latest.get((item.student, item.person, item.file), item)
        if counts is item:
            newest.append(item)
        else:
            skipped.append(Skipped(item.entry.shown, f"was handed in again as {counts.entry.name}"))
    return newest, skipped


def _discovery(
    found: list[_Found], skipped: list[Skipped], paths: Mapping[tuple[str, ...], Path | zipfile.ZipInfo | str]
) -> Discovery:
    labels = _labels(found)
    names = unique_names(labels)
    submissions = []
    for item, label in zip(found, labels, strict=True):
        path = paths.get(item.entry.parts)
        refused = _refused(item.entry) or (path if isinstance(path, str) else None)
        place = path if isinstance(path, Path) else Path(item.entry.shown)
        submissions.append(HandedIn(names[label], item.lesson, place, refused))
    submissions.sort(key=lambda one: (one.student, one.lesson or ""))
    return Discovery(submissions, sorted(skipped, key=lambda one: ascii(one.name)))


def _labels(found: list[_Found]) -> list[str]:
    """Who handed in what: the name; with the campus system's number where two share it; with the file where one
    student handed in several notebooks of a lesson."""
    people: dict[str, set[str]] = defaultdict(set)
    for item in found:
        people[item.student].add(item.person)
    labels = [
        f"{item.student}_{item.person}" if len(people[item.student]) > 1 and item.person else item.student
        for item in found
    ]
    labels = _told_apart(found, labels, [item.file for item in found])
    return _told_apart(found, labels, [item.entry.shown for item in found])


def _told_apart(found: list[_Found], labels: list[str], marks: list[str]) -> list[str]:
    several = Counter((label, item.lesson) for item, label in zip(found, labels, strict=True))
    return [
        f"{label} [{mark}]" if several[label, item.lesson] > 1 else label
        for item, label, mark in zip(found, labels, marks, strict=True)
    ]


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
