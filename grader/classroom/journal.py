"""What has been graded, in OUT/results.sqlite: one transaction for each finished submission.

`roster` is who has handed in what, for all lessons graded so far; `finished` holds every result ever reached. A result
is looked up by the student, the lesson, the notebook's bytes, the seed and the version of the course, so a rerun grades
only what is new. Of a result of another version, the exercises stand that nothing has changed about; `versions` says
what decided each of them. `people` is the class list, if the instructor has given one; `written` are digests of files
for instructors, which tell whether somebody has changed them; `shown` is what stands in the gradebook, with its scores.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from grader.classroom import CannotGrade
from grader.classroom.database import damaged, prepare
from grader.classroom.regrading import EARLIER, Difference, Regrading, difference, standing, why
from grader.classroom.roster import Identity, Member, RosterEntry, Row, Shown
from grader.classroom.tree import Skipped
from grader.course.version import Version
from grader.results import ExerciseResult, Result

JOURNAL = "results.sqlite"
SEED_BITS = 63
_PROVISIONAL = "not final"  # begins the digest of a result that no later run may reuse


@dataclass(frozen=True)
class Beginning:
    """What a new roster changed: the students who left it, and what of the results of other versions is found again.

    `kept` are how many submissions of the same lessons came from elsewhere, `replaced` whose other notebook that came
    from elsewhere no longer counts; both by lesson.
    """

    left: list[str]
    regradings: list[Regrading]
    kept: dict[str, int]
    replaced: dict[str, list[str]]


class Journal:
    """The open journal. `version_of(asked, lesson)` gives the version that results are to be of."""

    def __init__(self, database: sqlite3.Connection, path: Path, version_of: Callable[[str, str], Version]) -> None:
        self._database = database
        self._path = path
        self._version_of = cache(version_of)
        self._version = cache(self._read_version)
        self._difference = cache(self._compare)

    def class_seed(self, given: int | None) -> int:
        """The seed of the class: `given`, else the one it had before, else a new secret one."""
        row = self._database.execute("SELECT seed FROM class").fetchone()
        if given is None and row:
            return int(row[0])
        seed = secrets.randbits(SEED_BITS) if given is None else given
        with self._transaction():
            self._database.execute("DELETE FROM class")
            self._database.execute("INSERT INTO class VALUES (?)", (seed,))
        return seed

    def begin(
        self,
        entries: Iterable[RosterEntry],
        skipped: Iterable[Skipped],
        seed: int,
        *,
        fresh: bool,
        source: Path = Path(),
    ) -> Beginning:
        """Make `entries` what was found in `source`, in one transaction; what came from elsewhere stays.

        A student who has handed in a lesson again, from wherever, has one row for it.

        fresh: forget the results of these entries, so that all are graded again.
        """
        entries = list(entries)
        replaced = self._replaced(entries, source)
        before, regradings = self._students(), {entry.asked: Regrading(entry.asked) for entry in entries}
        with self._transaction():
            self._database.execute("DELETE FROM roster WHERE source = ?", (os.fsencode(source),))
            self._database.executemany(
                "DELETE FROM roster WHERE student = ? AND asked IN (?, '')",
                [(entry.student, entry.asked) for entry in entries],
            )
            self._database.execute("DELETE FROM skipped")
            for entry in entries:
                if fresh:
                    self._forget(entry)
                self._enrol(entry, seed, source, regradings[entry.asked])
            rows = ((_text(item.name), _text(item.reason)) for item in skipped)
            self._database.executemany("INSERT INTO skipped VALUES (?, ?)", rows)
        elsewhere = "SELECT asked, count(*) FROM roster WHERE source != ? GROUP BY asked ORDER BY asked"
        lessons = {entry.asked for entry in entries}
        counts = dict(self._database.execute(elsewhere, (os.fsencode(source),)))
        kept = {asked: number for asked, number in counts.items() if asked and asked in lessons}
        again = [regradings[asked] for asked in sorted(regradings)]
        return Beginning(sorted(before - self._students()), again, kept, replaced)

    def _replaced(self, entries: Iterable[RosterEntry], source: Path) -> dict[str, list[str]]:
        """By lesson the students of `entries` of whom there is another notebook, from elsewhere than `source`."""
        query = "SELECT student, asked, digest FROM roster WHERE source != ?"
        rows = self._database.execute(query, (os.fsencode(source),))
        there = {(student, asked): digest for student, asked, digest in rows if asked}
        found: dict[str, list[str]] = {}
        for entry in entries:
            if there.get((entry.student, entry.asked), entry.digest) != entry.digest:
                found.setdefault(entry.asked, []).append(entry.student)
        return found

    def pending(self) -> Iterator[RosterEntry]:
        """The submissions that have no result yet, by student and lesson; rows may be added meanwhile."""
        last = ("", "")
        query = (
            "SELECT student, asked, digest, path, refused, identity, kept FROM roster "
            "WHERE finished IS NULL AND (student, asked) > (?, ?) ORDER BY student, asked LIMIT 1"
        )
        while row := self._database.execute(query, last).fetchone():
            last = (row[0], row[1])
            kept = tuple(map(ExerciseResult.from_dict, json.loads(row[6])))
            yield RosterEntry(row[0], row[1], row[2], Path(os.fsdecode(row[3])), row[4], _identity(row[5]), kept)

    def record(self, entry: RosterEntry, seed: int, result: dict[str, Any], *, final: bool = True) -> None:
        """Write down the result of `entry`: one transaction, on the disk when this returns.

        One that is not final stands until the next run, which grades the submission again.
        """
        digest = entry.digest if final else f"{_PROVISIONAL} {secrets.token_hex(8)}"
        with self._transaction():
            number = self._finish(replace(entry, digest=digest), seed, result, now())
            self._database.execute(
                "UPDATE roster SET finished = ?, kept = '[]' WHERE student = ? AND asked = ?",
                (number, entry.student, entry.asked),
            )

    def _finish(self, entry: RosterEntry, seed: int, result: dict[str, Any], graded: str) -> int | None:
        """Adds a result of the version of today; returns its number."""
        lesson = result["lesson"] or ""
        version = self._version_of(entry.asked, lesson)
        self._database.execute("INSERT OR IGNORE INTO versions VALUES (?, ?)", (version.digest, version.to_json()))
        text = json.dumps(result)  # ASCII, so that no character from a submission can cause trouble
        return self._database.execute(
            "INSERT INTO finished (student, asked, digest, seed, version, lesson, result, graded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (entry.student, entry.asked, entry.digest, seed, version.digest, lesson, text, graded),
        ).lastrowid

    def counts(self) -> tuple[int, int]:
        """How many submissions the roster has, and how many of them have a result."""
        total, finished = self._database.execute("SELECT count(*), count(finished) FROM roster").fetchone()
        return int(total), int(finished)

    def rows(self) -> Iterator[Row]:
        """The graded submissions of the roster, by student and lesson, read one at a time."""
        query = (
            "SELECT result, identity, graded FROM roster JOIN finished ON finished.id = roster.finished "
            "ORDER BY roster.student, finished.lesson, roster.asked"
        )
        for text, identity, graded in self._database.execute(query):
            yield Row(self._whole(text), _identity(identity), graded)

    def results(self) -> Iterator[dict[str, Any]]:
        """Their results, without whose they are."""
        for row in self.rows():
            yield row.result

    def shown(self) -> Iterator[Shown]:
        """What the gradebook shows, of all submissions that still have a result."""
        query = (
            "SELECT shown.score, old.result, new.result, old.version, new.version, "
            "CASE WHEN old.result = new.result THEN 'a decision' "
            "WHEN old.digest != new.digest AND old.digest NOT LIKE 'forgotten %' AND old.digest NOT LIKE 'not final %' "
            "THEN 'another notebook' WHEN old.seed != new.seed THEN 'another seed' "
            "WHEN old.version = new.version THEN 'graded again' ELSE '' END "
            "FROM shown JOIN finished AS old ON old.id = shown.finished "
            "JOIN finished AS new ON new.student = old.student AND new.lesson = old.lesson "
            "JOIN roster ON roster.finished = new.id ORDER BY new.student, new.lesson"
        )
        for score, old, new, *versions, reason in self._database.execute(query):
            yield Shown(score, self._whole(old), self._whole(new), reason or why(self._difference(*versions)))

    def show(self, scores: Iterable[tuple[str, str, float | None]]) -> None:
        """Note what the gradebook shows now: students, lessons and scores."""
        with self._transaction():
            self._database.execute("DELETE FROM shown")
            self._database.executemany(
                "INSERT OR REPLACE INTO shown SELECT finished.id, ?3 FROM roster JOIN finished "
                "ON finished.id = roster.finished WHERE finished.student = ?1 AND finished.lesson = ?2",
                scores,
            )

    def enrol_people(self, members: Iterable[Member]) -> None:
        """Make `members` the class list."""
        with self._transaction():
            self._database.execute("DELETE FROM people")
            self._database.executemany(
                "INSERT INTO people VALUES (?, ?, ?, ?)",
                [(one.name, one.number, one.email, one.section) for one in members],
            )

    def people(self) -> list[Member]:
        """The class list; empty if none was given."""
        return [Member(*row) for row in self._database.execute("SELECT * FROM people ORDER BY rowid")]

    def people_of_roster(self) -> list[tuple[str, Identity]]:
        """Everybody who has handed in something: what they are called, and who that is."""
        rows = self._database.execute("SELECT DISTINCT student, identity FROM roster ORDER BY student, identity")
        return [(student, _identity(text)) for student, text in rows]

    def has_written(self, name: str, digest: str) -> bool:
        """Whether a file of this name and content was made here."""
        query = "SELECT count(*) FROM written WHERE name = ? AND digest = ?"
        return bool(self._database.execute(query, (name, digest)).fetchone()[0])

    def note_written(self, name: str, digest: str) -> None:
        with self._transaction():
            self._database.execute("INSERT OR IGNORE INTO written VALUES (?, ?)", (name, digest))

    def _whole(self, text: str) -> dict[str, Any]:
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as error:
            raise damaged(self._path, f"a result in it is not intact ({error})") from error

    def former(self) -> Iterator[tuple[str, str]]:
        """Students and lessons of results that are not the roster's any more."""
        query = (
            "SELECT DISTINCT student, lesson FROM finished EXCEPT "
            "SELECT roster.student, lesson FROM roster JOIN finished ON finished.id = roster.finished"
        )
        yield from self._database.execute(query)

    def drop_superseded(self) -> None:
        """Delete results that were not final and are not the roster's any more; `former` names them until then."""
        with self._transaction():
            self._database.execute(
                "DELETE FROM finished WHERE digest LIKE ? AND id NOT IN "
                "(SELECT finished FROM roster WHERE finished IS NOT NULL)",
                (f"{_PROVISIONAL} %",),
            )

    def skipped(self) -> list[Skipped]:
        """What was found and is not a submission."""
        return [Skipped(*row) for row in self._database.execute("SELECT name, reason FROM skipped ORDER BY rowid")]

    def _students(self) -> set[str]:
        return {student for (student,) in self._database.execute("SELECT student FROM roster")}

    def _forget(self, entry: RosterEntry) -> None:
        """Keep the results of `entry` for `former`, but so that they are never reused."""
        self._database.execute(
            "UPDATE finished SET digest = 'forgotten ' || id WHERE student = ? AND asked = ?",
            (entry.student, entry.asked),
        )

    def _enrol(self, entry: RosterEntry, seed: int, source: Path, regrading: Regrading) -> None:
        """Puts `entry` on the roster, with the result it has, or with what stands of one of another version."""
        regrading.of += 1
        rows = self._database.execute(
            "SELECT id, lesson, version FROM finished WHERE student = ? AND asked = ? AND digest = ? AND seed = ?",
            (entry.student, entry.asked, entry.digest, seed),
        ).fetchall()
        number = next((one for one, lesson, version in rows if version == self._digest_of(entry.asked, lesson)), None)
        kept: tuple[ExerciseResult, ...] = ()
        if rows and number is None:
            number, kept = self._of_another_version(entry, seed, rows, regrading)
        self._database.execute(
            "INSERT INTO roster VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.student,
                entry.asked,
                entry.digest,
                os.fsencode(entry.path),
                entry.refused,
                os.fsencode(source),
                json.dumps(asdict(entry.identity)),
                number,
                json.dumps([one.to_dict() for one in kept]),
            ),
        )

    def _of_another_version(
        self, entry: RosterEntry, seed: int, rows: list[tuple[int, str, str]], regrading: Regrading
    ) -> tuple[int | None, tuple[ExerciseResult, ...]]:
        """Of these results, the one that saves most: its number with new points, if they are all that has changed; else
        none, and the exercises that stand."""
        found, number, lesson = min(
            (
                (difference(self._version(version), self._version_of(entry.asked, lesson)), number, lesson)
                for number, lesson, version in reversed(rows)
            ),
            key=lambda one: one[0].cost,
        )
        text, graded = self._database.execute("SELECT result, graded FROM finished WHERE id = ?", (number,)).fetchone()
        result = Result.from_dict(self._whole(text))
        kept, again = standing(result, found, self._version_of(entry.asked, lesson))
        regrading.add(found, again)
        if found.whole or again:
            return None, kept
        return self._finish(entry, seed, replace(result, exercises=kept).to_dict(), graded), ()

    def _digest_of(self, asked: str, lesson: str) -> str:
        return self._version_of(asked, lesson).digest

    def _compare(self, old: str, new: str) -> Difference:
        """Between two versions, by their digests."""
        known = self._version(new)
        return Difference((EARLIER,)) if known is None else difference(self._version(old), known)

    def _read_version(self, digest: str) -> Version | None:
        """None for what a grader has noted that did not say what decides each exercise."""
        row = self._database.execute("SELECT parts FROM versions WHERE digest = ?", (digest,)).fetchone()
        return Version.from_json(row[0]) if row else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield


@contextmanager
def open_journal(
    out: Path, version_of: Callable[[str, str], Version] = lambda asked, lesson: Version({})
) -> Iterator[Journal]:
    """The journal in `out`, created if need be. version_of: needed where something is graded."""
    path = out / JOURNAL
    if path.exists() and path.stat().st_size == 0 and (out / "gradebook.csv").exists():
        raise damaged(path, "it is empty")
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as database:
        prepare(database, path)
        yield Journal(database, path, version_of)


def confirm_graded(out: Path) -> None:
    """CannotGrade if no class was graded into `out`."""
    if not (out / JOURNAL).exists():
        raise CannotGrade(f"There is no graded class in {out}: {out / JOURNAL} is missing.")


def _identity(text: str) -> Identity:
    return Identity(**json.loads(text))


def now() -> str:
    """The time in UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")


def _text(text: str) -> str:
    """`text` as SQLite accepts it: what is not valid in a file name is escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
