"""The command line: its exit codes, its JSON, and what it says when something is wrong."""

import csv
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.authoring.answers import NoAnswers, Trial
from grader.course import catalogue
from grader.doors import cli, exporting
from grader.failures import BrokenChecks
from grader.grading import grader, opening
from grader.results import CheckResult, ExerciseResult, Result
from grader.worker.limits import Limits
from tests.fake_grading import BrokenGrader, FakeGrader


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def notebook(tmp_path) -> Path:
    path = tmp_path / "class" / "ann.ipynb"
    path.parent.mkdir()
    path.write_text("xxx")
    return path


def result(*verdicts: str, error: str | None = None, notes: tuple[str, ...] = ()) -> Result:
    checks = tuple(CheckResult("test_a", "does a", verdict, 0, 1) for verdict in verdicts)
    return Result("ann", "", 0, (ExerciseResult("encoder", checks),) if checks else (), error, notes=notes)


class TestStart:
    @pytest.mark.parametrize(
        "verb", [[], ["grade"], ["check"], ["answers"], ["build"], ["hint"], ["doctor"], ["report"]], ids=str
    )
    def test_every_verb_explains_itself(self, run, verb):
        shown = run(*verb, "--help")
        assert shown.exit_code == 0
        assert "Usage" in shown.output

    def test_which_version_it_is_and_what_there_is_for_whom(self, run):
        assert re.fullmatch(r"grader \d+(\.\d+)+\S*\n", run("--version").stdout)
        shown = run("--help").stdout
        panels = [shown.index(name) for name in ("Learning", "Grading a class", "Making the course")]
        assert panels == sorted(panels)

    def test_nothing_is_imported_from_the_folder_of_the_submissions(self, tmp_path):
        (tmp_path / "typer.py").write_text("raise SystemExit('a file that was handed in ran')")
        said = subprocess.run([sys.executable, "-m", "grader", "--version"], cwd=tmp_path, capture_output=True)
        assert said.returncode == 0, said.stderr

    def test_help_does_not_wait_for_torch(self):
        program = (
            "import sys\nfrom grader.doors.cli import app\n"
            "try: app(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert "grader.doors.cli" in done.stderr.split()
        assert not {"torch", "numpy", "pytest", "nbformat"} & set(done.stderr.split())

    def test_as_a_module(self):
        done = subprocess.run([sys.executable, "-m", "grader", "nonsense"], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "No such command" in done.stderr


class TestCheck:
    @pytest.mark.parametrize(
        ("outcome", "code"),
        [
            (result("passed", "passed"), 0),
            (result("passed", notes=("The cell of exercise `vae` appears 2 times.",)), 0),
            (result("passed", "failed"), 1),
            (result("passed", "not_checked"), 1),
            (result("not_checked"), 1),
            (result("not_checked", error="cut off"), 2),
            (result(error="cut off"), 2),
        ],
        ids=["all passed", "passed with a note", "failed", "partly", "blank", "unreadable", "unrecognised"],
    )
    def test_exit_codes(self, run, notebook, monkeypatch, outcome, code):
        monkeypatch.setattr(grader, "grade", lambda *_, **__: outcome)
        for options in ([], ["--json"]):
            assert run("check", notebook, *options).exit_code == code

    def test_json(self, run, notebook, monkeypatch):
        given = {}
        monkeypatch.setattr(grader, "grade", lambda path, **options: given.update(options) or result("passed"))
        done = run("check", notebook, "--json", "--lesson", "01_plain_vae", "--seed", 3)
        assert Result.from_dict(json.loads(done.stdout)) == result("passed")
        assert given == {"lesson": "01_plain_vae", "seed": 3, "limits": Limits(), "allow_unisolated": False}

    def test_no_file(self, run, tmp_path):
        done = run("check", tmp_path / "none.ipynb")
        assert done.exit_code == 2
        assert "There is no" in done.stderr

    def test_no_isolation(self, run, notebook, monkeypatch):
        def refuse(*_, **__):
            raise grader.NotIsolated("Not isolated here. Give --allow-unisolated.")

        monkeypatch.setattr(grader, "grade", refuse)
        done = run("check", notebook)
        assert (done.exit_code, done.stderr) == (2, "Not isolated here. Give --allow-unisolated.\n")


class TestGrade:
    @pytest.fixture(autouse=True)
    def fake(self, monkeypatch):
        monkeypatch.setattr(opening, "Opening", lambda *_: FakeGrader())
        monkeypatch.setattr(cli, "page", lambda sheet: sheet.result.student)

    def test_a_class(self, run, tmp_path, notebook):
        (notebook.parent / "bea.ipynb").write_text("unreadable")
        (notebook.parent / "notes.txt").touch()
        done = run("grade", notebook.parent, "--out", tmp_path / "out", "--jobs", 1, "--seed", 5)
        assert done.exit_code == 0, done.output
        assert "Skipped: 'notes.txt' is not a notebook." in done.stdout
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
        assert changed[0].startswith("Changed: s1, 01_plain_vae: 6 → no score (the checks have changed): ")
        assert changed[1] == (
            "Changed: s0, 01_plain_vae: 6 → 8 points (the checks have changed): "
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


class TestLimits:
    @pytest.mark.parametrize("verb", ["check", "grade"])
    def test_help_names_every_limit_and_its_default(self, run, verb):
        shown = run(verb, "--help").output
        assert [entry.name for entry in fields(Limits) if f"{entry.name}=" not in shown] == []
        assert "memory_bytes=4096MiB" in shown

    def test_a_wrong_one_is_said_before_anything_is_graded(self, run, notebook, tmp_path):
        done = run("grade", notebook.parent, "--out", tmp_path / "out", "--limit", "threads=none")
        assert (done.exit_code, done.stderr) == (2, "'threads=none' is not valid. Give a number, as in threads=64.\n")
        assert not (tmp_path / "out").exists()


class TestAnswers:
    @staticmethod
    def trial(kind: str, passed: bool, expected: str | None = None, named: tuple[str, ...] = ()) -> Trial:
        return Trial("01_plain_vae", "encoder", "name", kind, passed, expected, list(named), "message")

    @pytest.mark.parametrize(("passed", "code"), [((True, False), 0), ((False, False), 1), ((True, True), 1)], ids=str)
    def test_exit_codes(self, run, monkeypatch, passed, code):
        trials = [self.trial("right", passed[0]), self.trial("wrong", passed[1], "kl-sign", ("kl-sign",))]
        monkeypatch.setattr("grader.authoring.answers.try_answers", lambda folder: iter(trials))
        done = run("answers", ".")
        assert done.exit_code == code
        assert "of 1 right answers passed" in done.stdout
        assert "1 labelled misconceptions: 1 named correctly, 0 wrongly, 0 not at all" in done.stdout
        done = run("answers", ".", "--json")
        assert done.exit_code == code
        assert json.loads(done.stdout) == [trial.to_dict() for trial in trials]

    def test_every_odd_answer_is_listed_with_what_is_odd(self, run, monkeypatch):
        trials = [
            self.trial("right", True),
            self.trial("right", False),
            self.trial("right", True, named=("kl-sign",)),
            self.trial("wrong", True),
            self.trial("wrong", False, named=("kl-sign",)),
            self.trial("wrong", False, "kl-sign", ("kl-sign", "bce-sign")),
            self.trial("wrong", False, "kl-sign", ("bce-sign", "graph-cut")),
            self.trial("wrong", False, "kl-sign"),
        ]
        monkeypatch.setattr("grader.authoring.answers.try_answers", lambda folder: iter(trials))
        lines = run("answers", ".").stdout.splitlines()
        assert lines[:-3] == [
            "01_plain_vae/encoder/right/name.py: failed although right",
            "    message",
            "01_plain_vae/encoder/right/name.py: passed, but named kl-sign",
            "    message",
            "01_plain_vae/encoder/wrong/name.py: passed although wrong",
            "    message",
            "01_plain_vae/encoder/wrong/name.py: named bce-sign, graph-cut instead of kl-sign",
            "    message",
            "01_plain_vae/encoder/wrong/name.py: kl-sign not named",
            "    message",
        ]
        assert lines[-1] == "3 labelled misconceptions: 1 named correctly, 2 wrongly, 1 not at all"

    @pytest.mark.parametrize("error", [NoAnswers, BrokenChecks])
    def test_what_cannot_be_tried(self, run, monkeypatch, error):
        def none(folder):
            raise error(f"Not in {folder}.")
            yield

        monkeypatch.setattr("grader.authoring.answers.try_answers", none)
        done = run("answers", "nowhere")
        assert (done.exit_code, done.stderr) == (1, "Not in nowhere.\n")


class TestBuild:
    def test_problems_are_told(self, run, monkeypatch):
        given = {}
        monkeypatch.setattr(
            "grader.authoring.build.build", lambda **options: given.update(options) or ["lesson: stale"]
        )
        done = run("build", "--check")
        assert (done.exit_code, done.stderr) == (1, "lesson: stale\n")
        assert given == {"check": True, "execute": False, "lessons": None}

    def test_lessons_can_be_chosen(self, run, monkeypatch):
        given = {}
        monkeypatch.setattr("grader.authoring.build.build", lambda **options: given.update(options) or [])
        assert run("build", "02_one_hot", "04_beta", "--execute").exit_code == 0
        assert given == {"check": False, "execute": True, "lessons": ["02_one_hot", "04_beta"]}

    def test_nothing_to_tell(self, run, monkeypatch):
        monkeypatch.setattr("grader.authoring.build.build", lambda **options: [])
        assert run("build").exit_code == 0

    def test_contradiction(self, run):
        assert run("build", "--check", "--execute").exit_code == 2


def test_doctor_tells_what_isolation_there_is(run):
    from grader.worker.sandbox import describe

    done = run("doctor")
    assert describe().sentence() in done.stdout
    assert done.exit_code == (0 if describe().complete else 1)


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


class TestHint:
    def test_a_hint(self, run):
        lesson = catalogue.lesson("01_plain_vae")
        shown = " ".join(run("hint", "kl_divergence", 2).stdout.split())
        assert " ".join(lesson.exercises["kl_divergence"].hints[1].split()) in shown

    def test_unknown(self, run):
        done = run("hint", "kl_divergense")
        assert done.exit_code == 2
        assert "kl_divergence" in done.stderr
        assert run("hint", "kl_divergence", 4).exit_code == 2
