"""Grading a class: find the submissions, grade what has no result yet, write the gradebook.

Every finished submission is in the journal before the next one counts, so the next run carries on
wherever this one is stopped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.class_report import Reached
from grader.classroom import CannotGrade
from grader.classroom.changes import Change
from grader.classroom.decisions import Decision, add_decision, read_decisions
from grader.classroom.discover import HandedIn, discover, nothing_found, submissions_root
from grader.classroom.disk import disk_faults
from grader.classroom.gradebook import Book, Feedback, write_gradebook
from grader.classroom.journal import Journal, confirm_graded, open_journal
from grader.classroom.labels import keep_labels
from grader.classroom.lock import only_grader
from grader.classroom.people import read_people
from grader.classroom.pool import Pool
from grader.classroom.roster import Identity, RosterEntry
from grader.classroom.tables import reached, read_weights
from grader.classroom.tasks import OpenGrader, Task
from grader.classroom.tree import Skipped
from grader.course import catalogue
from grader.files import remove_drafts
from grader.render.view import listed
from grader.results import Result
from grader.submission.reading import MAX_BYTES
from grader.worker.scratch import remove_unused_roots

if TYPE_CHECKING:
    from grader.classroom.cluster import Cluster

Progress = Callable[[int, int], None]
_MOST = 10  # people whom one sentence names


@dataclass(frozen=True)
class Outcome:
    """A graded class: how many submissions were graded just now, what is not a submission, who has left.

    `rows` are those of the gradebook, and `changes` what is different there. `results` are what was graded, without the
    texts that students read. `said` are sentences about the files and people.
    """

    graded: int
    seed: int
    rows: list[Reached]
    results: list[Result]
    skipped: list[Skipped]
    left: list[str]
    said: list[str]
    changes: list[Change]


def grade_class(
    source: Path,
    out: Path,
    *,
    open_grader: OpenGrader,
    feedback: Feedback,
    jobs: int | None = None,
    scheduler: str | None = None,
    seed: int | None = None,
    lesson: str | None = None,
    fresh: bool = False,
    people: Path | None = None,
    progress: Progress = lambda done, total: None,
    announce: Callable[[str], None] = lambda sentence: None,
    known: Iterable[str] | None = None,
) -> Outcome:
    """Grade the class in `source` (a folder or a zip archive) into the folder `out`; see `grader grade`.

    open_grader: called in each of the `jobs` processes, or in the workers of the Dask `scheduler` where its address is
    given. seed: None for the one the class already has, else a new secret one.
    progress: told how many are finished, of how many. announce: told, before grading, what is graded again, and why.
    people: the class list, a CSV file; None for the one that was given last.
    known: the lessons, the course's own unless a test gives others.
    Raises CannotGrade, with a sentence for the instructor, if the class cannot be graded.
    """
    lessons = catalogue.lesson_ids() if known is None else tuple(known)
    if lesson is not None and lesson not in lessons:
        raise CannotGrade(f"There is no lesson {lesson!r}. The lessons are: {', '.join(lessons)}.")
    source, out = _places(source, out)
    members = None if people is None else read_people(people)
    scratch = out / ".unpacked"
    with disk_faults(out):
        out.mkdir(parents=True, exist_ok=True)
        with only_grader(out), open_journal(out, open_grader.version_of) as journal:
            try:
                read_decisions(out), read_weights(out, [])  # what is wrong there is said before hours of grading
                shutil.rmtree(scratch, ignore_errors=True)
                found = discover(source, lesson, lessons, scratch, open_grader.lesson_of)
                if not found.submissions:
                    raise nothing_found(source, found.skipped)
                if members is not None:
                    journal.enrol_people(members)
                class_seed = journal.class_seed(seed)
                entries = keep_labels(map(_entry, found.submissions), journal.people_of_roster())
                beginning = journal.begin(entries, found.skipped, class_seed, fresh=fresh, source=source)
                for sentence in (one for regrading in beginning.regradings for one in regrading.sentences()):
                    announce(sentence)
                graded = _grade_pending(journal, class_seed, _pool(journal, open_grader, scheduler, jobs), progress)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
                remove_unused_roots()
                remove_drafts(out)
            written = write_gradebook(out, journal, feedback)
            said = [
                *_elsewhere(beginning.kept),
                *_replaced(beginning.replaced),
                *written.said,
                *written.about_class,
                *found.doubts,
            ]
            rows = [reached(line) for line in written.lines]
            results = [_brief(Result.from_dict(data)) for data in journal.results()]
            left = beginning.left
            return Outcome(graded, class_seed, rows, results, found.skipped, left, said, written.changes)


def seed_of_class(out: Path) -> int:
    """The secret seed of the class that was graded into `out`; CannotGrade if there is none."""
    confirm_graded(out)
    with disk_faults(out), open_journal(out) as journal:
        return journal.class_seed(None)


def decide(out: Path, decision: Decision, *, feedback: Feedback) -> list[str]:
    """Add a decision to those in `out`, and write the gradebook anew; gives sentences for the instructor.

    CannotGrade, and nothing is written, if there is no graded class in `out`, or not what the decision is about.
    """
    confirm_graded(out)
    with disk_faults(out), only_grader(out), open_journal(out) as journal:
        Book(out, journal).read().confirm(decision)
        add_decision(out, decision)
        return write_gradebook(out, journal, feedback).said


def _elsewhere(kept: dict[str, int]) -> Iterator[str]:
    for lesson, count in kept.items():
        what = "1 submission is" if count == 1 else f"{count} submissions are"
        yield f"{lesson}: {what} from another download, and kept. To be rid of them, choose another --out."


def _replaced(students: dict[str, list[str]]) -> Iterator[str]:
    """Whoever hands in last week's lesson with this week's is graded on it, but not without being named."""
    for lesson, names in students.items():
        more = [f"{len(names) - _MOST} more"] if len(names) > _MOST else []
        yield (
            f"{lesson}: handed in again, with this download, by {listed([*names[:_MOST], *more])}. The newer one "
            "counts; where it came too late, `grader decide` sets a score or a late penalty."
        )


def _places(source: Path, out: Path) -> tuple[Path, Path]:
    source, out = source.absolute(), out.absolute()
    if not source.exists():
        raise CannotGrade(f"There is no {source}.")
    if out.exists() and not out.is_dir():
        raise CannotGrade(f"{out} is a file; --out names the folder to write to.")
    if source.is_dir() and out.resolve().is_relative_to(submissions_root(source).resolve()):
        raise CannotGrade(f"{out} is among the submissions; choose an --out outside {submissions_root(source)}.")
    return source, out


def _entry(submission: HandedIn) -> RosterEntry:
    """The submission with the hash of its bytes; refused if it cannot be opened."""
    refused, digest = submission.refused, ""
    if refused is None:
        try:
            digest = _digest(submission.path)
        except ValueError as error:
            refused = str(error)
        except OSError as error:
            refused = f"This file cannot be read: {error.strerror}."
    if refused is not None:
        refused = refused.encode("utf-8", "backslashreplace").decode()  # a name in it need not be valid text
        digest = f"refused: {refused}"
    person, piece = submission.person, submission.piece
    identity = Identity(person.number, person.email, piece.file, piece.late, piece.system, piece.place)
    return RosterEntry(submission.student, submission.lesson or "", digest, submission.path, refused, identity)


def _digest(path: Path) -> str:
    """The SHA-256 of a file's bytes; ValueError if it is not a plain file, or too large to be graded."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("This is not an ordinary file.")
        if status.st_size > MAX_BYTES:
            most = f"the limit is {MAX_BYTES // 2**20} MiB"
            raise ValueError(
                f"This file is {status.st_size / 2**20:,.0f} MiB large; {most}. Clear the outputs of all cells."
            )
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pool(journal: Journal, open_grader: OpenGrader, scheduler: str | None, jobs: int | None) -> Pool | Cluster:
    """Who grades what has no result yet."""
    if scheduler:
        from grader.classroom.cluster import Cluster  # takes a second, and only this needs it

        return Cluster(open_grader, scheduler)
    total, done = journal.counts()
    return Pool(open_grader, max(1, min(jobs or _cores(), total - done)))


def _grade_pending(journal: Journal, seed: int, pool: Pool | Cluster, progress: Progress) -> int:
    """Grade everything that has no result yet; returns how many that were."""
    total, before = journal.counts()
    done = before
    progress(done, total)
    tasks = (
        Task(entry, entry.path, entry.student, entry.asked or None, seed, entry.refused, entry.kept)
        for entry in journal.pending()
    )
    for task, result in pool.results(tasks):
        # One that is refused only now may not be to blame: its grading process died, twice.
        journal.record(task.key, seed, result, final=task.refused == task.key.refused)
        done += 1
        progress(done, total)
    return done - before


def _brief(result: Result) -> Result:
    """Without messages, titles and hints, so that a large class fits into memory."""
    return replace(
        result,
        exercises=tuple(
            replace(
                exercise,
                checks=tuple(replace(check, title="", message="", hint="") for check in exercise.checks),
            )
            for exercise in result.exercises
        ),
    )


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
