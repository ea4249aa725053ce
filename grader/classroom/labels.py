"""What each person is called in the gradebook: one name for one person, in a download and over all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count

from grader.classroom.layouts import Person
from grader.classroom.names import unique_names, with_suffix
from grader.classroom.roster import Identity, RosterEntry


def labels_of(people: Iterable[Person]) -> dict[Person, str]:
    """Each person's name; with the campus system's number where two share it, and made safe as a file name."""
    everybody = list(people)
    shared = Counter(person.name for person in everybody)
    raw = {
        person: f"{person.name}_{person.number}" if shared[person.name] > 1 and person.number else person.name
        for person in everybody
    }
    again = Counter(raw.values())
    apart = [f"{label} {person.email}".strip() if again[label] > 1 else label for person, label in raw.items()]
    labels = list(_numbered(apart))
    names = unique_names(labels)
    return {person: names[label] for person, label in zip(raw, labels, strict=True)}


def _numbered(labels: Iterable[str]) -> Iterator[str]:
    """The same labels, with a number behind those that come again."""
    taken: set[str] = set()
    for label in labels:
        free = label
        for number in count(2):
            if free not in taken:
                break
            free = f"{label} #{number}"
        taken.add(free)
        yield free


def keep_labels(entries: Iterable[RosterEntry], before: Iterable[tuple[str, Identity]]) -> list[RosterEntry]:
    """The entries of a download under the names that their people have had before.

    before: everybody in the gradebook. Who has a name of somebody who is known to be another person gets a number.
    """
    known = list(before)
    names = {key: student for student, identity in known if (key := _key(identity))}
    owners: dict[str, list[Identity]] = defaultdict(list)
    for student, identity in known:
        owners[student].append(identity)
    changed: dict[str, str] = {}
    entries = list(entries)
    for entry in entries:
        if entry.student not in changed:
            changed[entry.student] = label = _label(entry, names, owners)
            owners[label].append(entry.identity)
    return [replace(entry, student=changed[entry.student]) for entry in entries]


def _label(entry: RosterEntry, names: dict[tuple[str, str], str], owners: dict[str, list[Identity]]) -> str:
    if (name := names.get(_key(entry.identity) or ("", ""))) is not None:
        return name
    more = f"_{(entry.identity.number or entry.identity.email)[:40]}"
    numbered = (with_suffix(entry.student, f"{more} #{number}") for number in count(2))
    for free in chain([entry.student, with_suffix(entry.student, more)], numbered):
        if not any(_are_two(entry.identity, other) for other in owners.get(free, ())):
            break
    return free


def _key(identity: Identity) -> tuple[str, str] | None:
    """What tells this person in every download. Moodle's numbers are those of participants in one assignment."""
    return (identity.system, identity.number) if identity.number and identity.system not in ("", "moodle") else None


def _are_two(one: Identity, other: Identity) -> bool:
    """Whether these are known to be two people."""
    if one.email and other.email:
        return one.email.casefold() != other.email.casefold()
    first, second = _key(one), _key(other)
    return first is not None and second is not None and first[0] == second[0] and first[1] != second[1]
