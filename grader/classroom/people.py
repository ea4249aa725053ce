"""The class list that an instructor has: read from a CSV file, and matched with who handed something in."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.roster import Identity, Member
from grader.classroom.separators import separator

_NOBODY = ("", "Points Possible")  # the second is a line of Canvas's
_NAMES = {
    "name": ("name", "student", "full name", "fullname"),
    "number": ("id", "number", "student id", "sis id", "sid", "username"),
    "email": ("email", "e-mail", "mail", "email address"),
    "section": ("section", "group"),
}


def read_people(path: Path) -> list[Member]:
    """The lines of a class list with a header: name, id, email, section, in any order; others are not looked at.

    CannotGrade if there is no such file or no column of names, or if two lines have one number or one address.
    """
    try:
        text = path.read_text("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator(text))
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
    people = [one for one in dict.fromkeys(people) if one.name not in _NOBODY]
    for what, words in (("id", [one.number for one in people]), ("email", [one.email.casefold() for one in people])):
        if twice := [word for word, count in Counter(words).items() if word and count > 1]:
            raise CannotGrade(f"The class list {path} has two people with the {what} {twice[0]}.")
    return people


class ClassList:
    """Finds the line of the class list that a student of the gradebook is."""

    def __init__(self, people: Iterable[Member]) -> None:
        self.people = list(people)
        self._by_number = {one.number: one for one in self.people if one.number}
        self._by_email = {one.email.casefold(): one for one in self.people if one.email}
        self._by_name = _of_one_only((one.name.casefold(), one) for one in self.people)
        self._by_word = _of_one_only((_plain(word), one) for one in self.people for word in _words(one) if word)

    def line_of(self, student: str, identity: Identity) -> Member | None:
        """By number, else by address, else by what the student is called in the gradebook, if only one is called so.

        Moodle's numbers are those of participants in one assignment, and in no class list.
        """
        number = "" if identity.system == "moodle" else identity.number
        return (
            (self._by_number.get(number) if number else None)
            or (self._by_email.get(identity.email.casefold()) if identity.email else None)
            or self._by_name.get(student.casefold())
            or self._by_word.get(_plain(student))
        )

    def may_be_several(self, student: str) -> bool:
        """Whether there are several people whom only a number or an address could tell apart."""
        return sum(one.name.casefold() == student.casefold() for one in self.people) > 1


def names_beside(taken: Iterable[str], members: Iterable[Member]) -> dict[Member, str]:
    """What the gradebook calls people of whom it has no notebook: their names, with more where others have those."""
    used, called = set(taken), {}
    for member in members:
        tries = [member.name, f"{member.name} {member.number or member.email}".strip()]
        numbered = (f"{tries[1]} #{number}" for number in count(2))
        used.add(name := next(name for name in chain(tries, numbered) if name not in used))
        called[member] = name
    return called


def _words(member: Member) -> tuple[str, ...]:
    """What a file or folder of theirs may be called; Canvas writes the last name first, without spaces."""
    first, _, last = member.name.rpartition(" ")
    return member.name, f"{last}{first}", member.number, member.email, member.email.partition("@")[0]


def _of_one_only(named: Iterable[tuple[str, Member]]) -> dict[str, Member]:
    """Whose each name is, without those that several people share."""
    owners: dict[str, set[Member]] = defaultdict(set)
    for name, member in named:
        owners[name].add(member)
    return {name: next(iter(members)) for name, members in owners.items() if len(members) == 1}


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
