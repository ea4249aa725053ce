"""The command line: its exit codes, its JSON, and what it says when something is wrong."""

import json
import re
import subprocess
import sys
from dataclasses import fields

import pytest

from grader.authoring.answers import NoAnswers, Trial
from grader.course import catalogue
from grader.failures import BrokenChecks
from grader.grading import grader
from grader.results import CheckResult, ExerciseResult, Result
from grader.worker.limits import Limits


def result(*verdicts: str, error: str | None = None, notes: tuple[str, ...] = ()) -> Result:
    checks = tuple(CheckResult("test_a", "does a", verdict, 0, 1) for verdict in verdicts)
    return Result("ann", "", 0, (ExerciseResult("encoder", checks),) if checks else (), error, notes=notes)


class TestStart:
    @pytest.mark.parametrize(
        "verb",
        [[], ["grade"], ["check"], ["watch"], ["answers"], ["build"], ["site"], ["hint"], ["doctor"], ["report"]],
        ids=str,
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
        return Trial("01_plain_vae", "encoder", "name", kind, passed, expected, list(named), [], "message")

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


@pytest.mark.slow
def test_doctor_tells_what_isolation_there_is(run):
    from grader.worker.sandbox import describe

    done = run("doctor")
    assert describe().sentence() in done.stdout
    assert done.exit_code == (0 if describe().complete else 1)


def test_doctor_tries_a_worker_and_says_why_none_starts(run, monkeypatch):
    from grader.doors import doctor

    class Ends:
        def __init__(self):
            raise doctor.CannotStart("The process that starts workers ended: PermissionError.")

    monkeypatch.setattr(doctor, "WarmParent", Ends)
    done = run("doctor")
    assert "No submission can be graded here: The process that starts workers ended: PermissionError." in done.stdout
    assert done.exit_code == 1


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
