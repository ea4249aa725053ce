"""A class of 25 as it comes: every layout, everything odd that people hand in, from the download to what goes home."""

import csv
import json
import stat
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.classroom import CannotGrade
from grader.classroom.decisions import Decision, add_decision
from grader.classroom.export import export
from grader.classroom.gradebook import Sheet
from grader.classroom.run import Outcome, decide, grade_class
from grader.grading.opening import Opening
from grader.results import ExerciseResult, Result
from tests.classroom.handed_in import zipped
from tests.fake_grading import FakeGrader
from tests.notebooks import submission_json

pytestmark = pytest.mark.slow
ONE, TWO = "01_plain_vae", "02_one_hot"
VAE, LABELS = (json.dumps(submission_json(lesson_id=lesson)) for lesson in (ONE, TWO))
SCRATCH = json.dumps(
    {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": "1"}]}
)

# What came through Canvas, by the name it has in the download.
CANVAS: dict[str, str | bytes] = {
    "adamsann_101_1_01_plain_vae.ipynb": VAE,
    "bakerbob_LATE_102_2_01_plain_vae.ipynb": VAE,
    "clarkcy_103_3_01_plain_vae.ipynb": VAE,
    "clarkcy_103_4_01_plain_vae-1.ipynb": VAE,
    "diazdee_104_5_01_plain_vae.ipynb": VAE,
    "diazdee_104_6_02_one_hot.ipynb": LABELS,
    "evanseve_105_7_01_plain_vae.ipynb": VAE,
    "evanseve_105_8_Untitled.ipynb": SCRATCH,
    "fordfay_106_9_report.pdf": b"%PDF-1.7",
    "grantgus_107_10_01_plain_vae.ipynb.txt": VAE,
    "hallhal_108_11_homework.zip": zipped({"01_plain_vae.ipynb": VAE}),
    "irwinida_109_12_all.zip": zipped({"all/__MACOSX/._a.ipynb": b"\x00", "all/work/01_plain_vae.ipynb": VAE}),
    "jonesjo_110_13_text.html": "<p>See my drive.</p>",
    "kingkit_111_14_01_plain_vae.ipynb": VAE.encode("utf-16"),
    "leelou_112_15_01_plain_vae.ipynb": "",
    "moormo_113_16_01_plain_vae.ipynb": VAE[:5000],
    "nashned_114_17_01_plain_vae.ipynb": VAE.replace('"nbformat": 4', '"nbformat": 3'),
    "ohara, o\"reilly_115_18_01_plain_vae.ipynb": VAE,
    "=cmd()_116_19_01_plain_vae.ipynb": VAE,
    "quinnsam_117_20_01_plain_vae.ipynb": VAE,
    "quinnsam_118_21_01_plain_vae.ipynb": VAE,
    "reedñu 🙂_119_22_01_plain_vae.ipynb": VAE,
    "shawsy_120_23_many.zip": zipped({f"{n}.txt": b"" for n in range(10_001)}),
    "todtim_121_24_work.zip": b"PK\x03\x04 cut off",
    "underuma_122_25_01_plain_vae.ipynb": SCRATCH,
}  # fmt: skip
LINK = "vossvi_123_26_01_plain_vae.ipynb"
GRADED = {
    "adamsann", "bakerbob", "clarkcy", "diazdee", "evanseve", "grantgus", "hallhal", "irwinida", "quinnsam_117",
    "quinnsam_118", "'=cmd()", "ohara, o_reilly", "reedñu 🙂",
}  # fmt: skip
REFUSED = {
    "fordfay": "“report.pdf” was handed in, which is not a notebook.",
    "jonesjo": "“text.html” was handed in, which is not a notebook.",
    "kingkit": "The file is not text in UTF-8",
    "leelou": "The file is empty.",
    "moormo": "cut off when it was saved or uploaded",
    "nashned": "The notebook is in format 3, not 4.",
    "shawsy": "“many.zip” was handed in, which is not a notebook.",
    "todtim": "“work.zip” was handed in, which is not a notebook.",
    "underuma": "No exercise",
    "vossvi": "This is a symbolic link, not a notebook",
}


@dataclass
class Recognising(FakeGrader):
    """Grades everything alike, but knows which lesson a real notebook is of."""

    def lesson_of(self, path: Path) -> str:
        return Opening().lesson_of(path)

    def grade(
        self, path: Path, *, student: str, lesson: str | None, seed: int, kept: Iterable[ExerciseResult] = ()
    ) -> Result:
        return self._result(student, lesson or self.lesson_of(path), seed, 3 + self.bonus)


def page(sheet: Sheet) -> str:
    return " ".join([sheet.result.student, str(sheet.standing.score), *sheet.standing.notes])


def download(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in CANVAS.items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo(LINK)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return path


OPTIONS: dict[str, Any] = {"feedback": page}
Run = Callable[..., Outcome]


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def run(out) -> Run:
    def run(source: Path, **options: Any) -> Outcome:
        given = {"open_grader": Recognising(), "feedback": page, "known": (ONE, TWO), "jobs": 1, "seed": 5}
        return grade_class(source, out, **(given | options))

    return run


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def rows_of(out: Path, lesson: str = ONE) -> dict[str, dict[str, str]]:
    return {row["student"]: row for row in table(out / "gradebook.csv") if row["lesson"] in (lesson, "unknown")}


class TestFromCanvas:
    def test_everybody_has_one_row_with_a_score_or_a_reason(self, run, out, tmp_path):
        outcome = run(download(tmp_path / "class.zip"))
        rows = rows_of(out)
        assert {name for name, row in rows.items() if row["score"]} == GRADED
        assert {name for name, row in rows.items() if not row["score"]} == REFUSED.keys()
        for name, reason in REFUSED.items():
            assert reason in rows[name]["error"]
        assert len(rows) == 23
        assert [row["student"] for row in table(out / "gradebook.csv") if row["lesson"] == TWO] == ["diazdee"]
        skipped = {item.name: item.reason for item in outcome.skipped}
        assert "does not count, clarkcy_103_4_01_plain_vae-1.ipynb does" in skipped["clarkcy_103_3_01_plain_vae.ipynb"]
        assert "evanseve_105_8_Untitled.ipynb" in skipped
        assert (
            skipped["shawsy_120_23_many.zip"]
            == "is an archive that holds more than the 10,000 files that are still allowed"
        )
        assert skipped["todtim_121_24_work.zip"] == "is an archive that cannot be opened"

    def test_what_could_not_be_recognised_is_of_the_only_lesson_or_of_none_and_can_be_decided(self, run, out, tmp_path):
        run(download(tmp_path / "class.zip"))
        assert rows_of(out)["fordfay"]["lesson"] == "unknown"
        decide(out, Decision("fordfay", "unknown", score=40, reason="Read on paper"), **OPTIONS)
        fay = rows_of(out)["fordfay"]
        assert (fay["score"], fay["decisions"]) == ("40", "40 points instead of 0. Read on paper.")
        decide(out, Decision("'=cmd()", ONE, excused=True), **OPTIONS)  # as the gradebook has the name
        assert rows_of(out)["'=cmd()"]["score"] == ""
        one = tmp_path / "one"
        one.mkdir()
        (one / "adamsann_101_1_x.ipynb").write_text(VAE)
        (one / "fordfay_106_9_report.pdf").touch()
        outcome = grade_class(one, tmp_path / "other", open_grader=Recognising(), feedback=page, known=(ONE, TWO))
        assert [(row.student, row.lesson, row.score) for row in outcome.rows] == [
            ("adamsann", ONE, 6),
            ("fordfay", ONE, None),
        ]

    def test_who_is_not_on_the_list_and_which_lesson_few_have_is_said(self, run, tmp_path):
        (tmp_path / "people.csv").write_text("name;id;section\nBob Baker;102;A\n")
        said = run(download(tmp_path / "class.zip"), people=tmp_path / "people.csv").said
        (unlisted,) = [sentence for sentence in said if "class list" in sentence]
        assert unlisted.startswith(
            "22 students are not on the class list: =cmd(), adamsann, clarkcy, diazdee, evanseve"
        )
        assert unlisted.endswith(" and 17 more.")
        assert [sentence for sentence in said if "totals.csv" in sentence] == [
            "totals.csv counts 02_one_hot, which 1 of 23 handed in; its weight stands in weights.csv."
        ]

    def test_who_they_are_stays(self, run, out, tmp_path):
        (tmp_path / "people.csv").write_text("name,id,section\nBob Baker,102,A\nWillie Wu,124,B\n")
        run(download(tmp_path / "class.zip"), people=tmp_path / "people.csv")
        rows = rows_of(out)
        bob, willie = rows["bakerbob"], rows["Willie Wu"]
        assert (bob["id"], bob["late"], bob["section"], bob["file"]) == ("102", "yes", "A", "01_plain_vae.ipynb")
        assert bob["graded"]
        assert (willie["score"], willie["error"]) == ("", "Nothing was handed in.")
        assert (out / "gradebook.csv").read_bytes().startswith(b"\xef\xbb\xbf")

    def test_decisions_a_second_lesson_and_new_checks(self, run, out, tmp_path):
        source = download(tmp_path / "class.zip")
        run(source)
        before = rows_of(out)
        add_decision(out, Decision("adamsann", ONE, "encoder", score=1, reason="Copied from the slides"))
        add_decision(out, Decision("bakerbob", ONE, late_penalty=0.5))
        second = tmp_path / "second"
        second.mkdir()
        (second / "adamsann_101_31_02_one_hot.ipynb").write_text(LABELS)
        run(second)
        assert rows_of(out)["adamsann"]["encoder"] == "1"
        assert float(rows_of(out)["bakerbob"]["score"]) == float(before["bakerbob"]["score"]) / 2
        assert rows_of(out, TWO).keys() >= {"adamsann", "diazdee"}
        assert rows_of(out).keys() == before.keys()
        again = run(source, open_grader=Recognising(version="2", bonus=1))
        assert again.graded == len(GRADED) + len(REFUSED) + 1
        assert {change.student for change in again.changes} == {name.lstrip("'") for name in GRADED}
        checks = [check for change in again.changes for check in change.checks]
        assert {(check.before, check.after) for check in checks} == {(3, 4)}
        back = run(source)
        assert back.graded == 0
        assert {change.student for change in back.changes} == {change.student for change in again.changes}
        checks = [check for change in back.changes for check in change.checks]
        assert {(check.before, check.after) for check in checks} == {(4, 3)}
        assert rows_of(out)["adamsann"]["encoder"] == "1"
        totals = {row["student"]: row for row in table(out / "totals.csv")}
        assert len(totals) == 23
        assert 0 < float(totals["adamsann"]["total"]) < 100

    def test_grades_and_feedback_go_home(self, run, out, tmp_path):
        run(download(tmp_path / "class.zip"))
        options = {"grades": tmp_path / "grades.csv", "pages": tmp_path / "pages.zip", "lesson": ONE}
        export(out, "canvas", feedback=page, **options)
        numbers = {row["ID"] for row in table(tmp_path / "grades.csv")}
        assert numbers >= {"101", "102", "117", "118"}
        with zipfile.ZipFile(tmp_path / "pages.zip") as pages:
            assert "adamsann_101_1_01_plain_vae.html" in pages.namelist()
            assert len(pages.namelist()) == 23


LAYOUTS = {
    "side by side": "{0}.ipynb",
    "a folder each": "{0}/notebook.ipynb",
    "a folder for each lesson": "01_plain_vae/{0}.ipynb",
    "GitHub Classroom": "vae-{0}/src/01_plain_vae.ipynb",
    "nbgrader": "submitted/{0}/ps1/01_plain_vae.ipynb",
    "Moodle": "{0} Doe_70{1}_assignsubmission_file_/01_plain_vae.ipynb",
    "Moodle, without folders": "{0} Doe_70{1}_assignsubmission_file_01_plain_vae.ipynb",
    "Gradescope": "assignment_9_export/submission_{1}/01_plain_vae.ipynb",
}


@pytest.mark.parametrize("wrapped", [0, 1, 2], ids=["folder", "zip", "zip of a zip with a folder around"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_class(run, out, tmp_path, layout, wrapped):
    people = ["ann", "bob", "cyd"]
    members: dict[str, str | bytes] = {LAYOUTS[layout].format(name, n): VAE for n, name in enumerate(people)}
    if layout == "Gradescope":
        listed = "".join(f"submission_{n}:\n  :submitters:\n  - :name: {name}\n" for n, name in enumerate(people))
        members["assignment_9_export/submission_metadata.yml"] = listed
    source = tmp_path / "class"
    if wrapped:
        again = {"download/class.zip": zipped(members)}
        source = tmp_path / "class.zip"
        source.write_bytes(zipped(members) if wrapped == 1 else zipped(again))
    else:
        for name, content in members.items():
            place = source / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(str(content))
    run(source)
    found = [row["student"] for row in table(out / "gradebook.csv")]
    assert [name.removeprefix("vae-").removesuffix(" Doe") for name in found] == people
    assert all(row["score"] and row["lesson"] == ONE for row in table(out / "gradebook.csv"))


def test_a_group_has_a_row_for_each_and_is_graded_back_once(run, out, tmp_path):
    listed = (
        "submission_1:\n  :submitters:\n  - :name: Ann\n    :sid: '1'\n  - :name: Bob\n    :sid: '2'\n  - :name: Ann\n"
    )
    other = "submission_2:\n  :submitters:\n  - :name: Cyd\n"
    members = {"submission_1/x.ipynb": VAE, "submission_2/x.ipynb": LABELS, "submission_metadata.yml": listed + other}
    (tmp_path / "class.zip").write_bytes(zipped(members))
    run(tmp_path / "class.zip")
    rows = [(row["student"], row["lesson"], row["score"]) for row in table(out / "gradebook.csv")]
    assert ("Bob", ONE, "6") in rows
    assert ("Cyd", TWO, "3") in rows
    assert len([name for name, *_ in rows if name.startswith("Ann")]) == 2  # one of them has no number
    decide(out, Decision("Bob", ONE, score=1), **OPTIONS)
    said = export(out, "gradescope", grades=tmp_path / "a.zip", pages=None, lesson=ONE, feedback=page)
    assert said == ["Gradescope gives a group one result: what was decided for Bob alone is not in it."]


def test_other_files_and_no_notebook_are_no_class(run, tmp_path):
    (tmp_path / "class/thesis").mkdir(parents=True)
    (tmp_path / "class/photo.jpg").touch()
    (tmp_path / "class/thesis/chapter1.tex").touch()
    with pytest.raises(
        CannotGrade, match=r"'photo.jpg' is not a notebook; 'thesis/chapter1.tex' is not .* What can be"
    ):
        run(tmp_path / "class")
