"""A class from its folder to its gradebook, with real processes and real kills; the grading itself is a fake."""

import json
import os
import signal
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from grader.classroom import CannotGrade
from grader.classroom.changes import Change, CheckChange, sentences, write_changes
from grader.classroom.run import Outcome, grade_class, seed_of_class
from tests.classroom.storm import files
from tests.fake_grading import KNOWN, BrokenGrader, DeadGrader, FakeGrader, page

LESSON = "01_plain_vae"


@pytest.fixture
def folder(tmp_path):
    """A class of six: five that can be graded, and a link."""
    root = tmp_path / "class"
    root.mkdir()
    for n in range(5):
        (root / f"student{n}.ipynb").write_text("x" * n)
    return root


@pytest.fixture
def run(tmp_path, folder):
    def run(source=folder, out=tmp_path / "out", grader=None, **options) -> Outcome:
        return grade_class(
            source,
            out,
            **{
                "open_grader": grader or FakeGrader(tmp_path / "log"),
                "feedback": page,
                "known": KNOWN,
                "jobs": 2,
                **options,
            },
        )

    return run


def gradings(tmp_path: Path) -> list[str]:
    """The students in the order in which gradings began."""
    return [json.loads(line)[0] for line in (tmp_path / "log").read_text().splitlines()]


def test_everybody_has_a_row_and_files(run, tmp_path):
    outcome = run()
    assert [result.student for result in outcome.results] == [f"student{n}" for n in range(5)]
    assert outcome.graded == 5
    expected = {
        f"{folder}/student{n}/01_plain_vae.{end}"
        for n in range(5)
        for folder, end in (("results", "json"), ("feedback", "html"))
    }
    assert set(files(tmp_path / "out")) == expected | {"gradebook.csv", "totals.csv", "weights.csv"}
    assert sorted(gradings(tmp_path)) == [f"student{n}" for n in range(5)]


def test_a_rerun_grades_nothing_and_repairs_the_files(run, tmp_path):
    run()
    before = files(tmp_path / "out")
    (tmp_path / "out" / "gradebook.csv").unlink()
    assert run().graded == 0
    assert files(tmp_path / "out") == before
    assert len(gradings(tmp_path)) == 5


def test_only_what_is_new_or_changed_is_graded(run, tmp_path, folder):
    run()
    (folder / "student1.ipynb").write_text("something else")
    (folder / "new.ipynb").write_text("")
    outcome = run()
    assert outcome.graded == 2
    assert sorted(gradings(tmp_path)[5:]) == ["new", "student1"]


def test_results_of_another_version_are_graded_again_and_counted(run, tmp_path):
    log, said = tmp_path / "log", []
    run(announce=said.append)
    assert said == []
    newer = run(grader=FakeGrader(log, version="newer"), announce=said.append)
    assert newer.graded == 5
    assert said == ["01_plain_vae: 5 of 5 submissions will be graded again as a whole: the grader itself changed."]
    run(grader=FakeGrader(log, version="newer"), announce=said.append)
    back = run(announce=said.append)
    assert (back.graded, len(said)) == (0, 1)  # what was graded with the first version is still there


def test_a_regrading_says_what_and_why_before_and_who_has_other_points_after(run, tmp_path, folder):
    log, said = tmp_path / "log", []
    assert run().changes == []
    (folder / "student3.ipynb").write_text("x" * 9)
    outcome = run(grader=FakeGrader(log, version="newer", bonus=2), announce=said.append)
    assert said == ["01_plain_vae: 4 of 5 submissions will be graded again as a whole: the grader itself changed."]
    whys = {change.student: change.why for change in outcome.changes}
    assert whys.pop("student3") == "another notebook"
    assert set(whys.values()) == {"the grader itself changed"}
    assert sentences(outcome.changes)[:2] == [  # the largest first
        "student3, 01_plain_vae: 6 → 22 points (another notebook): encoder/test_a 3 → 11, kl_divergence/test_a 3 → 11",
        "student0, 01_plain_vae: 0 → 4 points (the grader itself changed): "
        "encoder/test_a 0 → 2, kl_divergence/test_a 0 → 2",
    ]
    write_changes(tmp_path / "changes.csv", outcome.changes)
    rows = (tmp_path / "changes.csv").read_text("utf-8-sig").splitlines()
    assert rows[0] == "student,lesson,exercise,check,before,after,why"
    assert len(rows) == 1 + 2 * len(outcome.changes) == 11
    assert run(grader=FakeGrader(log, version="newer", bonus=2)).changes == []


def test_a_revert_is_a_change_although_nothing_is_graded(run, tmp_path):
    log = tmp_path / "log"
    run()
    run(grader=FakeGrader(log, version="newer", bonus=2))
    back = run()
    assert back.graded == 0
    assert len(sentences(back.changes)) == 5
    assert sentences(back.changes)[0].startswith("student0, 01_plain_vae: 4 → 0 points (the grader itself changed): ")


@pytest.mark.slow
def test_what_a_stopped_run_graded_is_still_a_change(run, tmp_path):
    newer = FakeGrader(tmp_path / "log", version="newer", bonus=2)
    run()

    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(grader=newer, progress=stop)
    assert len(run(grader=newer).changes) == 5


def test_points_that_only_moved_are_no_sentence_and_decisions_are():
    moved = CheckChange("encoder", "a", 3, 1), CheckChange("encoder", "b", 0, 2)
    found = [
        Change("ann", LESSON, 3, 3, "the checks have changed", moved),
        Change("bob", LESSON, 10, 9, "a decision", ()),
        Change("cyd", LESSON, None, 69, "another notebook", ()),
    ]
    assert sentences(found) == [
        "cyd, 01_plain_vae: no score → 69 points (another notebook)",
        "bob, 01_plain_vae: 10 → 9 points (a decision)",
    ]


def test_the_seed_of_a_class_can_be_used_again(run, tmp_path):
    run(seed=77)
    assert seed_of_class(tmp_path / "out") == 77
    with pytest.raises(CannotGrade, match="There is no graded class"):
        seed_of_class(tmp_path / "nowhere")


def test_fresh_grades_everything_again_with_the_same_seed(run, tmp_path):
    first = run()
    before = files(tmp_path / "out")
    second = run(fresh=True)
    assert (second.graded, second.seed) == (5, first.seed)
    assert files(tmp_path / "out") == before


def test_another_seed_grades_again_and_is_kept(run, tmp_path):
    run(seed=1)
    assert run(seed=2).graded == 5
    again = run()
    assert (again.graded, again.seed) == (0, 2)
    assert {result.seed for result in again.results} == {2}


def test_the_same_seed_gives_the_same_bytes_however_many_processes(run, tmp_path):
    for jobs in (1, 3):
        run(out=tmp_path / str(jobs), jobs=jobs, seed=4)
    assert files(tmp_path / "1") == files(tmp_path / "3")


def test_a_lesson_that_is_given_is_handed_on(run):
    assert {result.lesson for result in run(lesson="02_one_hot").results} == {"02_one_hot"}


def test_who_left_the_class_leaves_the_gradebook(run, tmp_path, folder):
    run()
    (folder / "student3.ipynb").unlink()
    outcome = run()
    assert outcome.left == ["student3"]
    assert not [name for name in files(tmp_path / "out") if "student3" in name]


def test_who_hands_a_lesson_in_again_with_another_download_is_named(run, tmp_path, folder):
    assert run(lesson=LESSON).said == []
    week_two = tmp_path / "week two"
    week_two.mkdir()
    for name, content in {"student1": "another", "student2": "xx", "newcomer": "x"}.items():
        (week_two / f"{name}.ipynb").write_text(content)
    kept, again = run(week_two, lesson=LESSON).said
    assert kept.startswith(f"{LESSON}: 3 submissions are from another download, and kept.")  # of 0, 3 and 4
    assert again == (
        f"{LESSON}: handed in again, with this download, by student1. The newer one counts; where it came too late, "
        "`grader decide` sets a score or a late penalty."
    )
    (again,) = [sentence for sentence in run(lesson=LESSON).said if "handed in again" in sentence]
    assert "by student1." in again


def test_progress_counts_up_from_what_is_there(run, folder):
    (folder / "student0.ipynb").rename(folder / "later")
    run()
    (folder / "later").rename(folder / "student0.ipynb")
    told = []
    run(progress=lambda done, total: told.append((done, total)))
    assert told == [(4, 5), (5, 5)]


def test_an_archive_is_graded_like_its_folder(run, tmp_path, folder):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"homework/{path.name}")
    run(seed=1)
    run(source=tmp_path / "class.zip", out=tmp_path / "zipped", seed=1)
    assert files(tmp_path / "zipped") == files(tmp_path / "out")
    assert run(source=tmp_path / "class.zip", out=tmp_path / "zipped").graded == 0
    assert not (tmp_path / "zipped" / ".unpacked").exists()


@pytest.mark.slow
class TestFaults:
    def test_a_process_that_dies_is_replaced_and_costs_nobody_else(self, run, tmp_path, folder):
        (folder / "student2.ipynb").write_text("die")
        errors = {result.student: result.error for result in run().results}
        assert "exit code 7, twice" in errors.pop("student2")
        assert set(errors.values()) == {None}
        assert sorted(gradings(tmp_path)) == sorted([f"student{n}" for n in range(5)] + ["student2"])

    def test_a_process_that_dies_once_costs_nothing(self, run, tmp_path, folder):
        (folder / "student2.ipynb").write_text("die once")
        assert {result.error for result in run().results} == {None}
        assert gradings(tmp_path).count("student2") == 2

    def test_a_process_that_dies_twice_is_tried_again_by_the_next_run(self, run, tmp_path, folder):
        (folder / "student2.ipynb").write_text("die twice")
        assert "twice" in {result.student: result.error for result in run(seed=1).results}["student2"]
        again = run(seed=1)
        assert again.graded == 1
        assert {result.error for result in again.results} == {None}
        run(out=tmp_path / "calm", seed=1)
        assert files(tmp_path / "out") == files(tmp_path / "calm")
        assert run(seed=1).graded == 0
        with closing(sqlite3.connect(tmp_path / "out" / "results.sqlite")) as database:
            assert database.execute("SELECT count(*) FROM finished").fetchone() == (5,)

    def test_a_process_that_is_killed_from_outside(self, run, tmp_path):
        def kill_one(done, total):
            if done == 1:
                _, pid = json.loads((tmp_path / "log").read_text().splitlines()[-1])
                os.kill(pid, signal.SIGTERM)

        outcome = run(grader=FakeGrader(tmp_path / "log", seconds=0.2), progress=kill_one)
        assert {result.error for result in outcome.results} == {None}

    def test_the_grader_s_own_fault_is_told_and_the_class_goes_on(self, run, folder, capfd):
        (folder / "student2.ipynb").write_text("raise")
        errors = {result.student: result.error for result in run().results}
        assert "KeyError" in errors["student2"]
        assert "Traceback" in capfd.readouterr().err
        assert errors["student3"] is None

    def test_everybody_dies(self, run, folder):
        for path in folder.iterdir():
            path.write_text("die")
        assert all("twice" in (result.error or "") for result in run().results)

    def test_a_grader_that_cannot_start(self, run, tmp_path):
        with pytest.raises(CannotGrade, match="cannot isolate"):
            run(grader=BrokenGrader())
        assert run().graded == 5

    def test_a_grader_that_dies_at_its_start(self, run):
        with pytest.raises(CannotGrade, match="exit code 9"):
            run(grader=DeadGrader())

    def test_a_disk_that_is_full_while_the_files_are_written(self, run, tmp_path, monkeypatch):
        def full(_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full)
            with pytest.raises(CannotGrade, match="disk is full"):
                run()
        assert files(tmp_path / "out") == {}
        assert run().graded == 0
        assert len(files(tmp_path / "out")) == 13


class TestBadInput:
    def test_no_folder(self, run, tmp_path):
        with pytest.raises(CannotGrade, match="There is no"):
            run(source=tmp_path / "nowhere")
        assert not (tmp_path / "out").exists()

    def test_an_empty_folder(self, run, tmp_path):
        (tmp_path / "empty").mkdir()
        with pytest.raises(CannotGrade, match="No submissions were found"):
            run(source=tmp_path / "empty")

    def test_nothing_but_other_files(self, run, tmp_path):
        (tmp_path / "pdfs").mkdir()
        (tmp_path / "pdfs" / "report.pdf").touch()
        with pytest.raises(CannotGrade, match=r"'report\.pdf' is not a notebook"):
            run(source=tmp_path / "pdfs")

    def test_out_among_the_submissions(self, run, folder):
        for out in (folder, folder / "graded"):
            with pytest.raises(CannotGrade, match="is among the submissions"):
                run(out=out)

    def test_out_beside_nbgrader_s_submitted(self, run, tmp_path):
        place = tmp_path / "course/submitted/x/01_plain_vae"
        place.mkdir(parents=True)
        (place / "01_plain_vae.ipynb").write_text("")
        assert run(source=tmp_path / "course", out=tmp_path / "course" / "grades").graded == 1

    def test_out_is_a_file(self, run, tmp_path):
        (tmp_path / "out").touch()
        with pytest.raises(CannotGrade, match="is a file"):
            run()

    def test_a_lesson_that_does_not_exist(self, run):
        with pytest.raises(CannotGrade, match="01_plain_vae, 02_one_hot"):
            run(lesson="plain")

    @pytest.mark.skipif(sys.platform == "win32", reason="no symbolic links")
    def test_what_cannot_be_opened_has_a_row(self, run, folder):
        (folder / "link.ipynb").symlink_to(folder / "student1.ipynb")
        (folder / "afolder.ipynb").mkdir()
        with (folder / "huge.ipynb").open("wb") as file:
            file.truncate(2**40)
        errors = {result.student: result.error or "" for result in run().results}
        assert "symbolic link" in errors["link"]
        assert "folder" in errors["afolder"]
        assert "MiB" in errors["huge"]
        assert errors["student1"] == ""
