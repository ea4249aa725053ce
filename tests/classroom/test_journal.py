"""The journal: what is remembered, what is found again, and what a fault leaves behind."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from grader.classroom import CannotGrade
from grader.classroom.disk import disk_faults
from grader.classroom.journal import open_journal
from grader.classroom.roster import RosterEntry
from grader.classroom.tree import Skipped
from grader.course.version import ExerciseVersion, Version
from grader.results import CheckResult, ExerciseResult, Result


def version_of(asked: str, lesson: str) -> Version:
    return Version({"the lesson": lesson})


def entry(student="ann", asked="", digest="d1", path="ann.ipynb") -> RosterEntry:
    return RosterEntry(student, asked, digest, Path(path))


def result(student="ann", lesson="01_plain_vae", score=1) -> dict:
    checks = (CheckResult("a", "does a", "passed", score, score),)
    return Result(student, lesson, 1, (ExerciseResult("encoder", checks),)).to_dict()


@pytest.fixture
def journal(tmp_path):
    with open_journal(tmp_path, version_of) as journal:
        yield journal


def pending(journal) -> list[str]:
    return [one.student for one in journal.pending()]


class TestRoster:
    def test_everything_is_pending_until_it_is_recorded(self, journal):
        journal.begin([entry("b"), entry("a")], [], 1, fresh=False)
        assert pending(journal) == ["a", "b"]
        journal.record(entry("a"), 1, result("a"))
        assert pending(journal) == ["b"]
        assert journal.counts() == (2, 1)
        assert list(journal.results()) == [result("a")]

    def test_recording_while_the_pending_are_read(self, journal):
        journal.begin([entry(name) for name in "abc"], [], 1, fresh=False)
        for one in journal.pending():
            journal.record(one, 1, result(one.student))
        assert journal.counts() == (3, 3)

    def test_a_result_is_found_again(self, journal):
        journal.begin([entry()], [], 1, fresh=False)
        journal.record(entry(), 1, result())
        journal.begin([entry(path="moved/ann.ipynb")], [], 1, fresh=False)
        assert pending(journal) == []

    @pytest.mark.parametrize(
        ("changed", "seed"),
        [
            (entry(student="bea"), 1),
            (entry(asked="01_plain_vae"), 1),
            (entry(digest="d2"), 1),
            (entry(), 2),
        ],
        ids=["student", "lesson", "bytes", "seed"],
    )
    def test_another_submission_is_graded_for_itself(self, journal, changed, seed):
        journal.begin([entry()], [], 1, fresh=False)
        journal.record(entry(), 1, result())
        journal.begin([changed], [], seed, fresh=False)
        assert len(pending(journal)) == 1

    def test_the_old_notebook_again_brings_the_old_result_back(self, journal):
        for digest in ("d1", "d2"):
            journal.begin([entry(digest=digest)], [], 1, fresh=False)
            journal.record(entry(digest=digest), 1, result(score=int(digest[1])))
        journal.begin([entry(digest="d1")], [], 1, fresh=False)
        assert list(journal.results()) == [result(score=1)]

    def test_a_course_that_changed_grades_its_lesson_again(self, tmp_path):
        versions = {"01_plain_vae": "old", "02_one_hot": "old"}
        entries = [entry("ann"), entry("bea")]
        with open_journal(tmp_path, lambda asked, lesson: Version({"x": versions[lesson]})) as journal:
            journal.begin(entries, [], 1, fresh=False)
            journal.record(entries[0], 1, result("ann", "01_plain_vae"))
            journal.record(entries[1], 1, result("bea", "02_one_hot"))
        versions["02_one_hot"] = "new"
        with open_journal(tmp_path, lambda asked, lesson: Version({"x": versions[lesson]})) as journal:
            journal.begin(entries, [], 1, fresh=False)
            assert pending(journal) == ["bea"]

    def test_fresh_forgets_the_results_of_the_class(self, journal):
        journal.begin([entry()], [], 1, fresh=False)
        journal.record(entry(), 1, result())
        journal.begin([entry()], [], 1, fresh=True)
        assert pending(journal) == ["ann"]
        journal.begin([entry()], [], 1, fresh=False)
        assert pending(journal) == ["ann"]

    def test_who_left_is_told_and_is_former(self, journal):
        journal.begin([entry("a"), entry("b")], [], 1, fresh=False)
        journal.record(entry("a"), 1, result("a"))
        assert journal.begin([entry("b")], [], 1, fresh=False).left == ["a"]
        assert list(journal.former()) == [("a", "01_plain_vae")]
        assert list(journal.results()) == []

    def test_names_that_are_no_text(self, journal):
        odd = entry(path="a\udcff.ipynb")
        journal.begin([odd], [Skipped("b\udcff\ud800", "is hidden")], 1, fresh=False)
        assert [one.path for one in journal.pending()] == [odd.path]
        assert journal.skipped() == [Skipped("b\\udcff\\ud800", "is hidden")]
        journal.record(odd, 1, result() | {"error": "\ud800"})
        assert list(journal.results()) == [result() | {"error": "\ud800"}]


class TestSeed:
    def test_is_drawn_once_and_kept(self, tmp_path):
        seeds = []
        for _ in range(2):
            with open_journal(tmp_path, version_of) as journal:
                seeds.append(journal.class_seed(None))
        assert seeds[0] == seeds[1]
        (tmp_path / "other").mkdir()
        with open_journal(tmp_path / "other", version_of) as other:
            assert other.class_seed(None) != seeds[0]

    def test_that_is_given_becomes_the_class_s(self, journal):
        journal.class_seed(None)
        assert journal.class_seed(5) == 5
        assert journal.class_seed(None) == 5


def record_all(out, journal, entries):
    with disk_faults(out):
        for one in entries:
            journal.record(one, 1, {**result(one.student), "padding": "x" * 500})


class TestFaults:
    def test_a_second_result_of_one_submission_is_refused(self, journal):
        journal.begin([entry()], [], 1, fresh=False)
        journal.record(entry(), 1, result())
        with pytest.raises(sqlite3.IntegrityError):
            journal.record(entry(), 1, result(score=9))
        assert list(journal.results()) == [result()]

    def test_a_full_disk_keeps_what_was_recorded(self, tmp_path):
        entries = [entry(f"s{n}") for n in range(50)]
        with open_journal(tmp_path, version_of) as journal:
            journal.begin(entries, [], 1, fresh=False)
            database = journal._database
            pages = database.execute("PRAGMA page_count").fetchone()[0]
            database.execute(f"PRAGMA max_page_count = {pages + 3}")
            with pytest.raises(CannotGrade, match="disk is full"):
                record_all(tmp_path, journal, entries)
            recorded = journal.counts()[1]
        assert 0 < recorded < 50
        with open_journal(tmp_path, version_of) as journal:
            assert journal.counts() == (50, recorded)
            assert len(list(journal.results())) == recorded

    def test_a_file_that_is_no_journal(self, tmp_path):
        (tmp_path / "results.sqlite").write_text("my notes, nothing to do with grading\n" * 99)
        with (
            pytest.raises(CannotGrade, match="not a database"),
            disk_faults(tmp_path),
            open_journal(tmp_path, version_of),
        ):
            pass

    def test_somebody_else_s_database(self, tmp_path):
        with sqlite3.connect(tmp_path / "results.sqlite") as database:
            database.execute("CREATE TABLE theirs (x)")
        database.close()
        with pytest.raises(CannotGrade, match="another --out"), open_journal(tmp_path, version_of):
            pass


def test_a_journal_of_the_version_before_is_taken_over_and_its_class_graded_again(tmp_path):
    with open_journal(tmp_path, version_of) as journal:
        seed = journal.class_seed(None)
        journal.begin([entry()], [], seed, fresh=False)
        journal.record(entry(), seed, result())
        journal.show([("ann", "01_plain_vae", 1.0)])
    with closing(sqlite3.connect(tmp_path / "results.sqlite")) as database:
        database.executescript(
            "DROP TABLE versions; ALTER TABLE roster DROP COLUMN kept; "
            "UPDATE finished SET version = 'abc'; PRAGMA user_version = 3"
        )
    with open_journal(tmp_path, version_of) as journal:
        assert journal.class_seed(None) == seed
        (regrading,) = journal.begin([entry()], [], seed, fresh=False).regradings
        assert list(regrading.sentences()) == [
            "Unknown lessons: 1 of 1 submission will be graded again as a whole: they are of an earlier version of the "
            "grader, which did not keep results by exercise."
        ]
        assert pending(journal) == ["ann"]
        journal.record(entry(), seed, result(score=2))
        assert [shown.score for shown in journal.shown()] == [1.0]
    with open_journal(tmp_path, version_of) as journal:
        journal.begin([entry()], [], seed, fresh=False)
        assert pending(journal) == []


def lesson(**points: dict[str, float]) -> Version:
    parts = {name: ExerciseVersion({"a": name}, {}, own) for name, own in points.items()}
    return Version({"the grader itself": "1"}, parts)


def test_what_stands_waits_with_the_submission_and_new_points_make_a_new_result(tmp_path):
    two = result() | {"exercises": [*result()["exercises"], result()["exercises"][0] | {"name": "vae"}]}
    version = lesson(encoder={"a": 1.0}, vae={"a": 1.0})
    with open_journal(tmp_path, lambda asked, lesson: version) as journal:
        journal.begin([entry()], [], 1, fresh=False)
        journal.record(entry(), 1, two)
        (first,) = journal.rows()
    changed = Version(version.common, version.exercises | {"vae": ExerciseVersion({"a": "2"}, {}, {"a": 1.0})})
    with open_journal(tmp_path, lambda asked, lesson: changed) as journal:
        journal.begin([entry()], [], 1, fresh=False)
        (waiting,) = journal.pending()
        assert [one.to_dict() for one in waiting.kept] == [first.result["exercises"][0]]
        journal.record(waiting, 1, two)
        assert list(journal.pending()) == []
    points = lesson(encoder={"a": 3.0}, vae={"a": 1.0})
    with open_journal(tmp_path, lambda asked, lesson: points) as journal:
        journal.begin([entry()], [], 1, fresh=False)
        assert list(journal.pending()) == []
        (row,) = journal.rows()
        assert (row.result["score"], row.result["max_score"], row.graded) == (4.0, 4.0, first.graded)


def test_a_stray_notebook_of_another_lesson_costs_nobody_else_their_row(journal):
    first = [entry(name, asked="01_plain_vae") for name in ("ann", "bob")]
    journal.begin(first, [], 1, fresh=False, source=Path("first"))
    for one in first:
        journal.record(one, 1, result(one.student))
    stray = [entry("bob", asked="02_one_hot"), entry("bob", asked="01_plain_vae", digest="d2")]
    journal.begin(stray, [], 1, fresh=False, source=Path("second"))
    assert [(one.student, one.digest) for one in journal.pending()] == [("bob", "d2"), ("bob", "d1")]
    assert [one["student"] for one in journal.results()] == ["ann"]
