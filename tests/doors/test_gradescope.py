"""The grader as Gradescope's autograder, on its folders. Gradescope itself is not here to be tried."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from grader.authoring.example import write_class
from grader.classroom import tree
from grader.classroom.gradescope import autograder
from grader.course.folders import ROOT
from grader.doors import gradescope
from grader.grading.grader import NotIsolated
from tests.classroom.handed_in import zipped
from tests.classroom.test_gradescope import LESSON, unpack
from tests.fake_grading import FakeGrader

METADATA = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {"title": "Autoencoders", "total_points": "100.0"},
    "submission_method": "upload",
    "users": [{"email": "student@example.com", "id": 1234, "name": "Student User"}],
    "previous_submissions": [],
}


@pytest.fixture
def root(tmp_path) -> Path:
    """/autograder, with nothing handed in yet."""
    folder = tmp_path / "autograder"
    unpack(autograder(LESSON), folder, **METADATA)
    return folder


@pytest.fixture
def quick(monkeypatch):
    """A grader that does not execute anything."""
    monkeypatch.setattr(gradescope, "Opening", lambda allowed: FakeGrader())


def results(root: Path) -> dict:
    return json.loads((root / "results" / "results.json").read_text("utf-8"))


def put(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / "submission" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".ipynb").write_text(text)


class TestWhatIsHandedIn:
    @pytest.mark.parametrize("name", ["vae", "deep__er__vae"])
    def test_one_notebook_wherever_it_lies(self, root, quick, name):
        put(root, **{name: "xxx"})
        (root / "submission" / "notes.txt").write_text("")
        assert gradescope.main(root) == 0
        assert results(root)["score"] == 6
        assert "notes.txt: is not a notebook." in results(root)["output"]

    @pytest.mark.parametrize(
        ("files", "sentence"),
        [
            ({}, "No notebook of the lesson"),
            ({"a": "unreadable"}, "This is no notebook."),
        ],
        ids=["nothing", "unreadable"],
    )
    def test_what_is_none_earns_nothing_and_says_why(self, root, quick, files, sentence):
        put(root, **files)
        assert gradescope.main(root) == 0
        found = results(root)
        assert found["score"] == 0
        assert sentence in found["output"]
        assert sum(test["max_score"] for test in found["tests"]) == 100

    @pytest.mark.parametrize("newest", ["vae", "vae-Copy1"])
    def test_of_several_the_newest_counts_as_in_a_class(self, root, quick, newest):
        put(root, **{"vae": "xxx", "vae-Copy1": "xxx"})
        (other,) = {"vae", "vae-Copy1"} - {newest}
        os.utime(root / "submission" / f"{other}.ipynb", (1, 1))
        assert gradescope.main(root) == 0
        assert results(root)["score"] == 6
        assert f"{other}.ipynb: does not count, {newest}.ipynb does." in results(root)["output"]

    @pytest.mark.parametrize(
        "others",
        [
            ["submission_metadata.yml"],
            ["other_1_2_x.csv", "another_3_4_x"],
            ["A B_1_assignsubmission_file_x", "C D_2_assignsubmission_file_/x.txt"],
            ["submitted/a/b/x.txt", "bob/y.txt"],
        ],
    )
    def test_everything_is_one_person_s_whatever_it_is_called(self, root, quick, others):
        for name in others:
            path = root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("submission_1:\n  :submitters:\n  - :name: A\n")
        put(root, submission_1__vae="xxx")
        assert gradescope.main(root) == 0
        assert results(root)["score"] == 6

    def test_the_only_archive_has_a_person_s_room(self, root, quick, monkeypatch):
        monkeypatch.setattr(tree, "Allowance", partial(tree.Allowance, names=3))
        (root / "submission" / "all.zip").write_bytes(zipped({f"{n}.ipynb": "xxx" for n in range(4)}))
        assert gradescope.main(root) == 0
        assert results(root)["score"] == 0
        assert "holds more than the 3 files" in results(root)["output"]

    def test_a_notebook_of_another_lesson(self, root, monkeypatch):
        monkeypatch.setattr(gradescope, "Opening", lambda allowed: FakeGrader(lesson="02_one_hot"))
        put(root, a="x")
        assert gradescope.main(root) == 0
        assert "This notebook is of the lesson 02_one_hot, not of 01_plain_vae." in results(root)["output"]

    def test_a_machine_that_cannot_grade_gives_nobody_0(self, root, monkeypatch, capsys):
        class Refusing(FakeGrader):
            def __enter__(self):
                raise NotIsolated("Not isolated here.")

        monkeypatch.setattr(gradescope, "Opening", lambda allowed: Refusing())
        put(root, a="x")
        assert gradescope.main(root) == 1
        assert not (root / "results" / "results.json").exists()
        assert capsys.readouterr().out == "This submission was not graded. Not isolated here.\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's machines run Linux")
def test_a_notebook_is_graded_on_gradescope_s_layout(root, tmp_path):
    """With all that Gradescope does but `setup.sh`, which needs a network: this .venv stands for what it makes."""
    notebook = next(path for path in write_class(tmp_path) if path.parent.name == "kl-missing-half")
    document = json.loads(notebook.read_text("utf-8"))
    secret = root / "source" / "assignment.json"
    (cell,) = (one for one in document["cells"] if one["id"] == "encoder")
    reads = ["try:\n", f"    stolen = open({str(secret)!r})\n", "except OSError:\n", "    stolen = None\n"]
    cell["source"] = [*reads, "assert stolen is None\n", *cell["source"]]
    (root / "submission" / "my vae.ipynb").write_text(json.dumps(document), "utf-8")
    python = root / "source" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (root / "run_autograder").chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(root / "source")}
    done = subprocess.run(
        [str(root / "run_autograder")], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = results(root)
    assert (found["score"], found["output"]) == (95, "")
    assert sum(test["max_score"] for test in found["tests"]) == 100
    (wrong,) = (test for test in found["tests"] if test["status"] == "failed")
    assert "The ½ is missing from the KL" in wrong["output"]
    assert str(json.loads(secret.read_text())["seed"]) not in json.dumps(found)
    assert str(ROOT) not in json.dumps(found)
