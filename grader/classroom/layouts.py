"""Whose each file is: what Canvas, Moodle, Gradescope, nbgrader and instructors make of what students hand in.

A layout is recognised by names alone (and by the list that comes with a Gradescope export).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from grader.classroom.tree import Entry, Skipped

_CANVAS = re.compile(
    r"(?P<student>.+?)(?P<late>_late)?_(?P<person>\d+)_(?P<upload>\d+)_(?P<file>.+?)(?:-(?P<again>\d{1,4}))?(?P<kind>\.\w+)",
    re.IGNORECASE | re.DOTALL,
)
_MOODLE = re.compile(r"(?P<student>.+?)_(?P<person>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL)
_GRADESCOPE = "submission_metadata.yml"
_INSTRUCTORS = re.compile(r"(readme|licen[cs]e)(\..*)?|.*\.csv", re.IGNORECASE | re.DOTALL)  # no student's answer
KNOWN_LAYOUTS = (
    "notebooks side by side (alice.ipynb), a folder for each student (alice/….ipynb) or for each lesson "
    "(01_plain_vae/alice.ipynb), an nbgrader course, and what Canvas, Moodle, Gradescope and GitHub Classroom give; "
    "each of them also as a zip archive"
)


@dataclass(frozen=True)
class Person:
    """Who handed something in, as a campus system or the name of a folder has it."""

    name: str
    number: str = ""
    email: str = ""


@dataclass(frozen=True)
class Piece:
    """A file that a person handed in.

    `file` is what the student called it. `upload` orders what came through a campus system. `lesson` is what the place
    says, and `is_official` whether nbgrader would grade this file and no other of its folder. `system` is the campus
    system it was downloaded from, and `place` what the file, or the folder it was in, is called in that download.
    """

    person: Person
    entry: Entry
    file: str
    late: bool = False
    upload: tuple[int, int] = (0, 0)
    lesson: str | None = None
    is_official: bool = False
    system: str = ""
    place: str = ""


Sorted = Iterator[Piece | Skipped]


def is_notebook(name: str) -> bool:
    """Whether a file's name is that of a notebook, also where a browser or mail program has put something behind it."""
    return re.search(r"\.ipynb(\.(txt|json))?$", name, re.IGNORECASE) is not None


def sort_by_owner(
    entries: list[Entry], known: Collection[str], content: Callable[[Entry], bytes]
) -> tuple[list[Piece], list[Skipped]]:
    """What each person handed in, and what is nobody's.

    known: the ids of the course's lessons. content: gives what is in a small file.
    """
    entries = _below(_without_wrappers(entries, known), "submitted")
    found: list[Piece] = []
    skipped: list[Skipped] = []
    for item in _layout(entries, known, content):
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            found.append(item)
    if not any(piece.system for piece in found) and not any(is_notebook(entry.name) for entry in entries):
        return [], skipped + [_nobodys(piece.entry) for piece in found]  # somebody's other files, and no class
    return found, skipped


def _layout(entries: list[Entry], known: Collection[str], content: Callable[[Entry], bytes]) -> Sorted:
    # At the top only: what lies deeper, a student has put there.
    listed = next((entry for entry in entries if entry.parts == (_GRADESCOPE,) and entry.kind == "file"), None)
    if listed is not None:
        return _gradescope(entries, listed, content(listed))
    tops = {entry.parts[0] for entry in entries}
    if _are_moodle_s(tops):
        return _moodle(entries)
    alone = sum(is_notebook(top) or _CANVAS.fullmatch(top) is not None for top in tops)
    if alone and alone >= sum(not is_notebook(top) and not _CANVAS.fullmatch(top) for top in _with_notebooks(entries)):
        return _side_by_side(entries)
    folders = {entry.parts[0] for entry in entries if len(entry.parts) > 1}
    if folders and folders <= set(known):
        return _by_lesson(entries)
    return _by_student(entries, known)


def _are_moodle_s(tops: Collection[str]) -> bool:
    """Whether most people's files have Moodle's names. Of names that could be Canvas's too, the end is a student's."""
    moodle, others, unclear = set(), set(), False
    for top in tops:
        match, canvas = _MOODLE.fullmatch(top), _CANVAS.fullmatch(top)
        if match and canvas:
            unclear = True
        elif match:
            moodle.add(match.group("student", "person"))
        else:
            others.add(canvas.group("student", "person") if canvas else top)
    return len(moodle) > len(others) or (unclear and not moodle and not others)


def _with_notebooks(entries: list[Entry]) -> set[str]:
    """The folders at the top that have a notebook in them."""
    return {entry.parts[0] for entry in entries if len(entry.parts) > 1 and is_notebook(entry.name)}


def _without_wrappers(entries: list[Entry], known: Collection[str]) -> list[Entry]:
    """The entries below the one folder that an archive often puts around everything."""
    while len({entry.parts[0] for entry in entries}) == 1 and any(len(entry.parts) > 1 for entry in entries):
        wrapper = entries[0].parts[0]
        if (
            _MOODLE.fullmatch(wrapper)
            or _CANVAS.fullmatch(wrapper)
            or wrapper in known
            or _is_one_student(entries, known)
        ):
            break
        entries = [replace(entry, parts=entry.parts[1:]) for entry in entries if len(entry.parts) > 1]
    return entries


def _is_one_student(entries: list[Entry], known: Collection[str]) -> bool:
    """Whether the only folder is a student's: what lies in it is named after lessons."""
    inside = [entry.parts[1] for entry in entries if len(entry.parts) > 1]
    return any(name.removesuffix(".ipynb") in known for name in inside) and not any(
        len(entry.parts) == 3 and entry.parts[1] in known and entry.name.removesuffix(".ipynb") not in known
        for entry in entries
    )


def _below(entries: list[Entry], folder: str) -> list[Entry]:
    """The entries in this folder, if it is there and nbgrader's: folders of students, of their assignments in them."""
    if not any(entry.parts[0] == folder and len(entry.parts) > 3 for entry in entries):
        return entries
    return [
        replace(entry, parts=entry.parts[1:]) for entry in entries if entry.parts[0] == folder and len(entry.parts) > 1
    ]


def _side_by_side(entries: list[Entry]) -> Sorted:
    """Files of all students in one folder: the student is the stem, or what Canvas has put before the file's name.

    What has no such name in a download from Canvas is a student's only if it is a notebook.
    """
    canvas = any(_CANVAS.fullmatch(entry.parts[0]) for entry in entries)
    for entry in entries:
        top = entry.parts[0]
        if (match := _CANVAS.fullmatch(top)) and (entry.kind != "folder" or is_notebook(entry.name)):
            upload = int(match["again"] or 0), int(match["upload"])
            inside = "/".join(entry.parts[1:]) or match["file"] + match["kind"]
            person = Person(match["student"], match["person"])
            yield Piece(person, entry, inside, bool(match["late"]), upload, system="canvas", place=top)
        elif len(entry.parts) == 1 and (is_notebook(top) or (not canvas and _may_be_handed_in(entry))):
            yield Piece(Person(_whose(top)), entry, top)
        elif top.lower().endswith(".zip") and (entry.kind != "folder" or is_notebook(entry.name)):
            yield Piece(Person(_stem(top)), entry, "/".join(entry.parts[1:]))
        elif entry.kind != "folder":
            yield _nobodys(entry)


def _moodle(entries: list[Entry]) -> Sorted:
    """`Full Name_1234567_assignsubmission_file_/…/any.ipynb`, or the same name before the file's own."""
    for entry in entries:
        top = entry.parts[0]
        match = _MOODLE.fullmatch(top)
        inside = "/".join(entry.parts[1:])
        if match and (entry.kind != "folder" or (inside and is_notebook(entry.name))):
            person, file = Person(match["student"], match["person"]), inside or match["file"] or entry.name
            yield Piece(person, entry, file, system="moodle", place=top)
        elif entry.kind != "folder":
            yield _nobodys(entry)


def _gradescope(entries: list[Entry], listed: Entry, text: bytes) -> Sorted:
    """`submission_123/…/any.ipynb`, with a list of who handed in number 123."""
    people = _submitters(text)
    for entry in entries:
        folder = entry.parts[0]
        group = people.get(folder, []) if len(entry.parts) > 1 else []
        if group and (entry.kind != "folder" or is_notebook(entry.name)):
            for person in group:
                yield Piece(person, entry, "/".join(entry.parts[1:]), system="gradescope", place=folder)
        elif entry.kind != "folder" and entry is not listed:
            yield _nobodys(entry)


def _submitters(text: bytes) -> dict[str, list[Person]]:
    """Who handed in each folder: one person, or all of a group."""
    import yaml

    try:
        listed = yaml.safe_load(text)  # not the faster one in C, which overflows the stack where this raises
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    found: dict[str, list[Person]] = {}
    for folder, data in listed.items() if isinstance(listed, dict) else ():
        match data:
            case {":submitters": [*group]} if isinstance(folder, str):
                found[folder] = list(dict.fromkeys(person for one in group if (person := _submitter(one))))
    return found


def _submitter(data: Any) -> Person | None:
    match data:
        case {":name": str(name), **rest}:
            return Person(name, _text(rest.get(":sid")), _text(rest.get(":email")))
    return None


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _by_lesson(entries: list[Entry]) -> Sorted:
    """`01_plain_vae/alice.ipynb`, or `01_plain_vae/alice/any.ipynb`."""
    for entry in entries:
        lesson, *inside = entry.parts
        if len(inside) > 1 and (entry.kind != "folder" or is_notebook(entry.name)):
            yield Piece(Person(_stem(inside[0])), entry, entry.name, lesson=lesson)
        elif inside and (is_notebook(entry.name) or _may_be_handed_in(entry)):
            yield Piece(Person(_whose(entry.name)), entry, entry.name, lesson=lesson)
        elif entry.kind != "folder":
            yield _nobodys(entry)


def _by_student(entries: list[Entry], known: Collection[str]) -> Sorted:
    """`alice/any.ipynb`, `alice/assignment/any.ipynb`: the first folder is the student's, as nbgrader has it, too."""
    for entry in entries:
        lesson = entry.parts[1] if len(entry.parts) == 3 and entry.parts[1] in known else None
        if len(entry.parts) > 1 and (entry.kind != "folder" or is_notebook(entry.name)):
            official = lesson is not None and entry.name == f"{lesson}.ipynb"
            yield Piece(
                Person(_stem(entry.parts[0])), entry, "/".join(entry.parts[1:]), lesson=lesson, is_official=official
            )
        elif entry.kind != "folder":
            yield _nobodys(entry)
    full = {entry.parts[0] for entry in entries if entry.kind != "folder"}
    for entry in entries:
        if len(entry.parts) == 1 and entry.kind == "folder" and entry.name not in full:
            yield Skipped(entry.shown, "holds no file")


def _may_be_handed_in(entry: Entry) -> bool:
    """Whether a file beside students' notebooks may be another student's, whatever it is."""
    return entry.kind != "folder" and not _INSTRUCTORS.fullmatch(entry.name)


def _stem(name: str) -> str:
    return re.sub(r"(\.ipynb(\.(txt|json))?|\.zip)$", "", name, flags=re.IGNORECASE)


def _whose(file: str) -> str:
    """The student after whom a file is named, whatever kind it is."""
    return _stem(file) if is_notebook(file) else PurePosixPath(file).stem


def _nobodys(entry: Entry) -> Skipped:
    if entry.kind == "link":
        return Skipped(entry.shown, "is a symbolic link")
    if is_notebook(entry.name):
        return Skipped(entry.shown, "is not where a submission is expected")
    return Skipped(entry.shown, "is not a notebook")


def look_alikes(names: Collection[str]) -> list[str]:
    """Sentences about `carol (1)` beside `carol`, who may be one person."""
    pattern = re.compile(r"(.+?)(?: \(\d+\)| - copy)+", re.IGNORECASE)
    pairs = ((name, pattern.fullmatch(name)) for name in sorted(set(names), key=ascii))
    return [
        f"{name!r} may be the same person as {match[1]!r}: each of them has a row of its own."
        for name, match in pairs
        if match and match[1] in names
    ]
