"""The verbs of `grader` for a class: grade, decide, report, export."""

import csv
import json
import re
import zipfile

import pytest

from grader.doors import cli, exporting
from grader.grading import opening
from tests.fake_grading import BrokenGrader, FakeGrader


class TestGrade:
    @pytest.fixture(autouse=True)
    def fake(self, monkeypatch):
        monkeypatch.setattr(opening, "Opening", lambda *_: FakeGrader())
        monkeypatch.setattr(cli, "page", lambda sheet: sheet.result.student)

    def test_a_class(self, run, tmp_path, notebook):
        (notebook.parent / "bea.ipynb").write_text("unreadable")
        (notebook.parent / "readme.txt").touch()
        done = run("grade", notebook.parent, "--out", tmp_path / "out", "--jobs", 1, "--seed", 5)
        assert done.exit_code == 0, done.output
        assert "Skipped: 'readme.txt' is not a notebook." in done.stdout
        assert "2 graded now, 0 kept from before. Seed 5." in done.stdout
        with (tmp_path / "out" / "gradebook.csv").open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        assert [(row["student"], row["score"], row["error"]) for row in rows] == [
            ("ann", "6", ""),
            ("bea", "", "This is no notebook."),
        ]

    def test_what_is_wrong_in_a_file_of_decisions_is_said_before_anything_is_graded(self, run, tmp_path, notebook):
        (tmp_path / "out").mkdir()
        (tmp_path / "out/decisions.csv").write_text("student;lesson;score\nann;01_plain_vae;many\n")
        done = run("grade", notebook.parent, "--out", tmp_path / "out", "--jobs", 1)
        assert (done.exit_code, "line 2: score is 'many'" in done.stderr, "Grading" in done.stderr) == (2, True, False)

    def test_the_table_is_the_gradebook_s_and_changes_are_all_said(self, run, tmp_path, notebook, monkeypatch):
        for n in range(12):
            (notebook.parent / f"s{n}.ipynb").write_text("xxx")
        (notebook.parent / "bea.ipynb").write_text("unreadable")
        arguments = ["grade", notebook.parent, "--out", tmp_path / "out", "--jobs", 1]
        first = run(*arguments)
        assert re.search(r"bea +01_plain_vae +none +This is no notebook", first.stdout)
        assert "01_plain_vae: 13 submissions, mean 54.5 %, 0 with full marks" in first.stdout
        assert first.stderr.splitlines()[0] == "Grading: 2 of 14"
        assert (len(first.stderr.splitlines()), first.stderr.splitlines()[-1]) == (10, "Grading: 14 of 14")
        (tmp_path / "out/decisions.csv").write_text(
            "student,lesson,excused,late_penalty\nann,01_plain_vae,,10%\ns1,01_plain_vae,yes,\n"
        )
        monkeypatch.setattr(opening, "Opening", lambda *_: FakeGrader(version="2", bonus=1))
        again = run(*arguments)
        assert re.search(r"ann +01_plain_vae +7.2 of 13 ", again.stdout)
        assert re.search(r"s1 +01_plain_vae +excused", again.stdout)
        changed = [line for line in again.stdout.splitlines() if line.startswith("Changed: ")]
        assert len(changed) == 13
        assert changed[0].startswith("Changed: s1, 01_plain_vae: 6 → no score (the grader itself changed): ")
        assert changed[1] == (
            "Changed: s0, 01_plain_vae: 6 → 8 points (the grader itself changed): "
            "encoder/test_a 3 → 4, kl_divergence/test_a 3 → 4."
        )

    def test_it_resumes(self, run, tmp_path, notebook):
        arguments = ["grade", notebook.parent, "--out", tmp_path / "out", "--jobs", 1]
        assert "1 graded now" in run(*arguments).stdout
        assert "0 graded now, 1 kept" in run(*arguments).stdout
        assert "1 graded now" in run(*arguments, "--fresh").stdout

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["nowhere", "--out", "out"], "There is no"),
            (["class", "--out", "class/out"], "is among the submissions"),
            (["class/ann.ipynb", "--out", "out"], "grader check"),
            (["empty", "--out", "out"], "No submissions were found"),
            (["class", "--out", "out", "--lesson", "99"], "There is no lesson '99'"),
            (["class"], "--out"),
            (["class", "--out", "out", "--jobs", "0"], "jobs"),
            (["class", "--out", "out", "--seed", "-1"], "seed"),
            (["class", "--out", "out", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"], "give only one of them"),
            (["class", "--out", "out", "--scheduler", "nonsense"], "There is no Dask scheduler at nonsense"),
        ],
        ids=lambda value: value if isinstance(value, str) else " ".join(value),
    )
    def test_what_cannot_be_graded(self, run, tmp_path, notebook, monkeypatch, arguments, sentence):
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path)
        done = run("grade", *arguments)
        assert done.exit_code == 2
        assert sentence in done.stderr
        assert "Traceback" not in done.output

    def test_who_grades_unisolated_elsewhere_is_warned_first(self, run, tmp_path, notebook):
        done = run("grade", notebook.parent, "--out", tmp_path / "out", "--scheduler", "nonsense", "--allow-unisolated")
        assert done.stderr.startswith("WARNING. A worker that cannot isolate submissions runs them anyway.")

    def test_a_grader_that_cannot_start(self, run, tmp_path, notebook, monkeypatch):
        monkeypatch.setattr(opening, "Opening", lambda *_: BrokenGrader())
        done = run("grade", notebook.parent, "--out", tmp_path / "out", "--jobs", 1)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "cannot isolate" in done.stderr

    def test_an_interrupt_says_how_to_go_on(self, run, tmp_path, notebook, monkeypatch):
        from grader.classroom import run as classroom_run

        def interrupted(*_, progress, **__):
            progress(3, 8)
            raise KeyboardInterrupt

        monkeypatch.setattr(classroom_run, "grade_class", interrupted)
        done = run("grade", notebook.parent, "--out", tmp_path / "out")
        assert done.exit_code == 2
        assert "3 of 8 results are kept" in done.stderr
        assert "run the same command to resume" in done.stderr


class TestDecide:
    @pytest.fixture(autouse=True)
    def fake(self, monkeypatch):
        monkeypatch.setattr(opening, "Opening", lambda *_: FakeGrader())
        monkeypatch.setattr(cli, "page", lambda sheet: " ".join(sheet.standing.notes))

    def test_a_decision_is_in_the_gradebook_and_on_the_page(self, run, tmp_path, notebook):
        out = tmp_path / "out"
        run("grade", notebook.parent, "--out", out, "--jobs", 1, "--seed", 5)
        about = ["--student", "ann", "--lesson", "01_plain_vae"]
        done = run("decide", out, *about, "--exercise", "encoder", "--score", 9, "--reason", "A good idea")
        assert done.exit_code == 0, done.output
        assert "ann, 01_plain_vae: more points than there are, as was decided: `encoder` 9 of 5.5 points" in done.output
        note = "`encoder`: 9 points instead of 3. A good idea."
        assert note in (out / "gradebook.csv").read_text("utf-8-sig")
        assert (out / "feedback/ann/01_plain_vae.html").read_text() == note

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            (["--student", "anne"], "The gradebook has no student 'anne'. Did you mean: ann?"),
            (["--lesson", "02_one_hot"], "has no lesson '02_one_hot' of 'ann'. It has: 01_plain_vae."),
            (["--lesson", ""], "has no lesson '' of 'ann'. It has: 01_plain_vae."),
            (["--exercise", "encodr"], "has no exercise 'encodr'. Did you mean: encoder?"),
            (["--score", "nan"], "line 2: score is 'nan'; write a number of points."),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_what_is_not_in_the_gradebook_is_refused_and_nothing_written(
        self, run, tmp_path, notebook, changed, sentence
    ):
        out = tmp_path / "out"
        run("grade", notebook.parent, "--out", out, "--jobs", 1, "--seed", 5)
        about = ["--student", "ann", "--lesson", "01_plain_vae", "--add", 1, "--reason", "x"]
        done = run("decide", out, *about, *changed)
        assert (done.exit_code, sentence in done.stderr) == (2, True), done.output
        assert not (out / "decisions.csv").exists()

    def test_what_makes_no_sense(self, run, tmp_path):
        about = ["--student", "ann", "--lesson", "01_plain_vae", "--reason", "x"]
        assert "Say what is decided" in run("decide", tmp_path, *about).output
        assert "There is no graded class in" in run("decide", tmp_path, *about, "--excused").output
        assert (
            "leave out --exercise" in run("decide", tmp_path, *about, "--exercise", "a", "--late-penalty", 0.1).output
        )


class TestReport:
    def test_a_page_is_written(self, run, tmp_path, notebook, monkeypatch):
        out = tmp_path / "out"
        monkeypatch.setattr(opening, "Opening", lambda *_: FakeGrader())
        monkeypatch.setattr(cli, "page", lambda sheet: "")
        run("grade", notebook.parent, "--out", out, "--jobs", 1)
        done = run("report", out)
        assert done.exit_code == 0
        assert f"Written to {out}/report.html" in done.output
        assert "ann" in (out / "report.html").read_text("utf-8")

    def test_no_class(self, run, tmp_path):
        done = run("report", tmp_path)
        assert done.exit_code == 2
        assert "There is no graded class in" in done.output


class TestExport:
    @pytest.fixture(autouse=True)
    def fake(self, monkeypatch):
        monkeypatch.setattr(opening, "Opening", lambda *_: FakeGrader())
        monkeypatch.setattr(cli, "page", lambda sheet: "")
        monkeypatch.setattr(exporting, "page", lambda sheet: "The page.")

    def test_a_download_from_canvas_goes_back(self, run, tmp_path):
        out, canvas = tmp_path / "out", tmp_path / "class"
        canvas.mkdir()
        (canvas / "doejane_123_456_vae.ipynb").write_text("xxx")
        run("grade", canvas, "--out", out, "--jobs", 1)
        targets = ["--to", tmp_path / "grades.csv", "--feedback", tmp_path / "pages.zip"]
        done = run("export", out, "--format", "canvas", *targets)
        assert (done.exit_code, done.stdout) == (0, f"Written: {tmp_path}/grades.csv, {tmp_path}/pages.zip\n")
        assert "doejane,123,,,,6" in (tmp_path / "grades.csv").read_text()
        with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
            assert archive.read("doejane_123_456_vae.html") == b"The page."
        done = run("export", out, "--format", "moodle", "--to", tmp_path / "moodle.csv")
        assert done.exit_code == 2
        assert "did not come as a download from Moodle" in done.stderr
        assert not (tmp_path / "moodle.csv").exists()

    def test_downloads_from_moodle_and_gradescope_go_back(self, run, tmp_path):
        moodle, export = tmp_path / "moodle" / "A B_7_assignsubmission_file_", tmp_path / "export" / "submission_9"
        for folder in (moodle, export):
            folder.mkdir(parents=True)
            (folder / "vae.ipynb").write_text("xxx")
        (export.parent / "submission_metadata.yml").write_text("submission_9:\n  :submitters:\n  - :name: A B\n")
        for form, source, target in (("moodle", moodle.parent, "m.csv"), ("gradescope", export.parent, "g.zip")):
            run("grade", source, "--out", tmp_path / f"{form}-out", "--jobs", 1)
            done = run("export", tmp_path / f"{form}-out", "--format", form, "--to", tmp_path / target)
            assert done.exit_code == 0, done.output
        assert (tmp_path / "m.csv").read_text().splitlines()[1:] == ["Participant 7,A B,,6,11,-"]
        with zipfile.ZipFile(tmp_path / "g.zip") as archive:
            assert json.loads(archive.read("results/9.json"))["score"] == 6

    def test_nothing_to_write(self, run, tmp_path):
        done = run("export", tmp_path, "--format", "csv")
        assert (done.exit_code, "Say what to write" in done.stderr) == (2, True)

    def test_an_autograder_is_not_overwritten(self, run, tmp_path):
        made = tmp_path / "autograder.zip"
        assert run("autograder", "01_plain_vae", "--to", made).exit_code == 0
        before = made.read_bytes()
        done = run("autograder", "01_plain_vae", "--to", made)
        assert (done.exit_code, made.read_bytes()) == (2, before)
        assert "Give another name" in done.stderr
        assert "There is no lesson" in run("autograder", "09_x", "--to", tmp_path / "x.zip").stderr
