"""The class list that an instructor has: read from a CSV file, and matched with who handed something in."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.journal import Identity, Member

_NAMES = {
    "name": ("name", "student", "full name", "fullname"),
    "number": ("id", "number", "student id", "sis id", "sid", "username"),
    "email": ("email", "e-mail", "mail", "email address"),
    "section": ("section", "group"),
}


def read_people(path: Path) -> list[Member]:
    """The lines of a class list with a header: name, id, email, section, in any order; others are not looked at.

    CannotGrade if there is no such file, or no column of names.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
            lines = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CannotGrade(f"The class list {path} cannot be read: {error}.") from error
    found = {key: next((columns[one] for one in known if one in columns), None) for key, known in _NAMES.items()}
    if found["name"] is None:
        raise CannotGrade(
            f"The class list {path} has no column `name`. Its first line should be: name,id,email,section (it is: "
            f"{', '.join(columns) or 'empty'})."
        )
    people = [
        Member(**{key: (line.get(column or "") or "").strip() for key, column in found.items()}) for line in lines
    ]
    return [one for one in people if one.name and one.name != "Points Possible"]  # a line of Canvas's, and nobody's


class ClassList:
    """Finds the line of the class list that a student of the gradebook is."""

    def __init__(self, people: Iterable[Member]) -> None:
        self.people = list(people)
        self._by_number = {one.number: one for one in self.people if one.number}
        self._by_email = {one.email.casefold(): one for one in self.people if one.email}
        self._by_name = {_plain(word): one for one in self.people for word in _words(one) if word}

    def line_of(self, student: str, identity: Identity) -> Member | None:
        """By number, else by address, else by what the student is called in the gradebook.

        Moodle's numbers are those of participants in one assignment, and in no class list.
        """
        number = "" if identity.system == "moodle" else identity.number
        return (
            (self._by_number.get(number) if number else None)
            or (self._by_email.get(identity.email.casefold()) if identity.email else None)
            or self._by_name.get(_plain(student))
        )


def _words(member: Member) -> tuple[str, ...]:
    """What a file or folder of theirs may be called; Canvas writes the last name first, without spaces."""
    first, _, last = member.name.rpartition(" ")
    return member.name, f"{last}{first}", member.number, member.email, member.email.partition("@")[0]


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
