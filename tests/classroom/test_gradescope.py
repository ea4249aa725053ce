"""What is uploaded to Gradescope, unpacked as Gradescope does it."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.classroom import CannotGrade
from grader.classroom.decisions import Standing
from grader.classroom.gradebook import Sheet
from grader.classroom.gradescope import autograder, handed_back
from grader.classroom.roster import Identity
from grader.course.folders import ROOT
from grader.results import Result
from tests.fake_grading import FakeGrader

LESSON = "01_plain_vae"


def sheet(student: str, place: str, **standing) -> Sheet:
    result = FakeGrader()._result(student, LESSON, 7, 3)
    return Sheet(result, Standing({}, **{"score": 6.0, "max_score": 11.0, **standing}), identity(place), "")


def identity(place: str) -> Identity:
    return Identity(system="gradescope" if place else "", place=place)


def unpack(content: bytes, root: Path, **metadata) -> None:
    """Gradescope's folders, with the autograder in them."""
    for folder in ("source", "submission", "results"):
        (root / folder).mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(root / "source")
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "submission_metadata.json").write_text(json.dumps(metadata))


class TestHandedBack:
    def run(self, root: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(root / "run_autograder")]  # with nothing that is not Python's own
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    def test_each_submission_gets_its_own(self, tmp_path):
        content, said = handed_back(
            [sheet("a", "submission_11"), sheet("b", "submission_12", score=2, notes=["Late."])]
        )
        assert said == []
        unpack(content, tmp_path, id=12, users=[{"email": "b@example.edu"}])
        assert self.run(tmp_path).returncode == 0
        results = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
        assert (results["score"], results["output"]) == (2, "Late.")
        assert [test["max_score"] for test in results["tests"]] == [5.5, 5.5]

    def test_a_later_submission_gets_nothing(self, tmp_path):
        unpack(handed_back([sheet("a", "submission_11")])[0], tmp_path, id=13)
        done = self.run(tmp_path)
        assert done.returncode == 1
        assert "Submission 13 was not graded yet" in done.stderr
        assert not list((tmp_path / "results").iterdir())

    def test_who_is_left_out_is_said(self):
        there = sheet("a", "submission_11")
        _, said = handed_back([there, sheet("b", ""), sheet("c", "submission_12", score=None, excused=True)])
        assert said == ["Not in it: b (not from Gradescope), c (excused)."]
        with pytest.raises(CannotGrade, match="did not come as an export from Gradescope"):
            handed_back([sheet("b", "")])

    def test_what_could_not_be_read_is_0_with_the_reason(self, tmp_path):
        broken = Sheet(Result("a", "", 7, error="No notebook."), Standing({}, None, 0.0), identity("submission_1"), "")
        with zipfile.ZipFile(io.BytesIO(handed_back([broken])[0])) as archive:
            results = json.loads(archive.read("results/1.json"))
        assert (results["score"], results["output"], results["tests"]) == (0, "No notebook.", [])


class TestAutograder:
    def test_it_has_all_that_grading_needs_and_a_seed_of_its_own(self, tmp_path):
        made = [autograder(LESSON), autograder(LESSON)]
        with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
            names = set(archive.namelist())
            modes = {name: archive.getinfo(name).external_attr >> 16 & 0o111 for name in ("setup.sh", "run_autograder")}
        assert {"setup.sh", "run_autograder", "course.py", "requirements.lock", "pyproject.toml"} <= names
        assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "grader").rglob("*.toml")} <= names
        assert "solutions/01_plain_vae.py" in names
        assert not [name for name in names if "answers/" in name or name.endswith((".ipynb", ".pyc"))]
        assert set(modes.values()) == {0o111}
        seeds = set()
        for number, content in enumerate(made):
            unpack(content, tmp_path / str(number))
            about = json.loads((tmp_path / str(number) / "source" / "assignment.json").read_text())
            assert (about["lesson"], about["allow_unisolated"]) == (LESSON, False)
            seeds.add(about["seed"])
        assert len(seeds) == 2

    def test_no_such_lesson(self):
        with pytest.raises(CannotGrade, match=r"There is no lesson '09_x'\. The lessons are: 01_plain_vae"):
            autograder("09_x")

    def test_the_scripts_are_scripts(self):
        for name in ("setup.sh", "run_autograder"):
            path = ROOT / "grader" / "classroom" / "gradescope" / name
            assert path.read_bytes().startswith(b"#!/usr/bin/env bash\n")
            subprocess.run(["bash", "-n", str(path)], check=True)
