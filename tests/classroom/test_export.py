"""Grades and pages for campus systems: what they need is in them, the class's seed never is."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.classroom import CannotGrade
from grader.classroom.archive import zipped
from grader.classroom.decisions import Decision, add_decision
from grader.classroom.export import FORMATS, export
from grader.classroom.gradebook import Sheet, write_gradebook
from grader.classroom.journal import open_journal
from grader.classroom.people import read_people
from grader.classroom.roster import Identity, RosterEntry
from grader.results import CheckResult, ExerciseResult, Result
from tests.classroom import importers

SEED = 6320094028464548564
FIRST, SECOND = "01_plain_vae", "02_one_hot"
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,01_plain_vae,Final Score\n    Points Possible,,,,,100,\n"


def page(sheet: Sheet) -> str:
    return f"<p>{': '.join([sheet.result.student, *sheet.standing.notes])}</p>"


def graded(student: str, points: float, lesson: str = FIRST) -> Result:
    name = "encoder" if lesson == FIRST else "one_hot"
    check = CheckResult("test_a", "does a", "failed", points, 10, "Expected 1, got 2.")
    return Result(student, lesson, SEED, (ExerciseResult(name, (check,)),))


def unreadable(student: str) -> Result:
    return Result(student, "", SEED, error="This is no notebook.")


def canvas(name: str, number: int, late: str = "", file: str = "vae.ipynb") -> Identity:
    place = f"{name}{late}_{number}_9{number}_{file}"
    return Identity(str(number), file=file, late=bool(late), system="canvas", place=place)


def moodle(name: str, number: int) -> Identity:
    place = f"{name}_{number}_assignsubmission_file_"
    return Identity(str(number), file="vae.ipynb", system="moodle", place=place)


def gradescope(number: int, email: str = "a@example.edu") -> Identity:
    return Identity("", email, "vae.ipynb", system="gradescope", place=f"submission_{number}")


@pytest.fixture
def out(tmp_path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def write(out: Path, *class_: tuple[Result, Identity], people: str = "") -> None:
    """A graded class in `out`, added to what is there."""
    entries = [RosterEntry(one.student, one.lesson, "digest", Path("x"), None, who) for one, who in class_]
    with open_journal(out) as journal:
        if people:
            (out.parent / "people.csv").write_text(people)
            journal.enrol_people(read_people(out.parent / "people.csv"))
        journal.begin(entries, [], journal.class_seed(SEED), fresh=True, source=Path(class_[0][0].lesson))
        for entry, (result, _) in zip(entries, class_, strict=True):
            journal.record(entry, SEED, result.to_dict())
        write_gradebook(out, journal, page)


def grades(out: Path, form: str, lesson: str | None = None) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of the exported table, and what was said."""
    target = out.parent / "grades.csv"
    said = export(out, form, grades=target, pages=None, lesson=lesson, feedback=page)
    return list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig")))), said


def pages(out: Path, form: str, lesson: str | None = None) -> dict[str, str]:
    target = out.parent / "pages.zip"
    export(out, form, grades=None, pages=target, lesson=lesson, feedback=page)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


class TestAsTheSystemsRead:
    """What is exported, read again as each system would read it."""

    def exported(self, out: Path, form: str, lesson: str | None = None) -> bytes:
        export(out, form, grades=out.parent / "grades", pages=None, lesson=lesson, feedback=page)
        return (out.parent / "grades").read_bytes()

    def test_canvas(self, out):
        write(out, (graded('O\'Neil, "Al"', 9.25), canvas("oneil", 123)), (graded("=x", 8), canvas("x", 124, "_LATE")))
        write(out, (graded("=x", 0, SECOND), canvas("x", 124)))
        add_decision(out, Decision('O\'Neil, "Al"', FIRST, excused=True))
        found = importers.canvas_grades(self.exported(out, "canvas").decode("utf-8"))
        assert found.grades == {(123, FIRST): "EX", (124, FIRST): "8", (124, SECOND): "0"}
        assert found.possible == {FIRST: "10", SECOND: "10"}

    def test_moodle(self, out):
        write(
            out, (graded("Zoë; de Vries", 9.25), moodle("Zoë; de Vries", 1234567)), (graded("Bo", 0), moodle("Bo", 8))
        )
        assert importers.moodle_grades(self.exported(out, "moodle").decode("utf-8")) == {1234567: "9.25", 8: "0"}

    def test_gradescope(self, out):
        write(out, (graded("a", 9.25), gradescope(11)), (graded("b", 8), gradescope(12)))
        add_decision(out, Decision("b", FIRST, score=2))
        with zipfile.ZipFile(io.BytesIO(self.exported(out, "gradescope"))) as archive:
            assert {"setup.sh", "run_autograder"} <= set(archive.namelist())
            results = [json.loads(archive.read(f"results/{number}.json")) for number in (11, 12)]
        assert [importers.gradescope_score(one) for one in results] == [9.25, 2]

    def test_what_they_would_refuse_is_refused_here(self):
        with pytest.raises(importers.Refused):
            importers.canvas_grades("Name,ID,Section,x\n")
        with pytest.raises(importers.Refused):
            importers.canvas_grades("Student,ID,SIS User ID,SIS Login ID,x\n")
        with pytest.raises(importers.Refused):
            importers.moodle_grades("Identifier,Grade\nParticipant 1,2\n")
        for name in ("doejane_123.html", "._doejane_123_9123_x.html"):
            with pytest.raises(importers.Refused):
                importers.canvas_page(name)
        with pytest.raises(importers.Refused):
            importers.moodle_page("Ann_Lee_4_assignsubmission_file_/x.html")


class TestCanvas:
    def test_rows_go_by_canvas_s_numbers(self, out):
        write(out, (graded("doejane", 9.5), canvas("doejane", 123)), (graded("li", 0), canvas("li", 124, "_LATE")))
        write(out, (graded("doejane", 7, SECOND), canvas("doejane", 123)))
        rows, said = grades(out, "canvas")
        assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", FIRST, SECOND]
        assert rows[0]["Student"].strip() == "Points Possible"
        assert [rows[0][lesson] for lesson in (FIRST, SECOND)] == ["10", "10"]
        assert [(row["ID"], row[FIRST], row[SECOND]) for row in rows[1:]] == [("123", "9.5", "7"), ("124", "0", "")]
        assert said == []

    def test_one_lesson_alone(self, out):
        write(out, (graded("doejane", 9), canvas("doejane", 123)))
        write(out, (graded("doejane", 7, SECOND), canvas("doejane", 123)))
        assert SECOND not in grades(out, "canvas", FIRST)[0][0]

    def test_a_class_list_from_canvas_gives_names_numbers_and_sections(self, out):
        people = CANVAS + '"Doe, Jane",123,s1,jd1,A,,\n"Li, Bo",124,s2,bl2,B,,\n"Day, Cy",125,s3,cd3,B,,\n'
        write(out, (graded("doejane", 9), canvas("doejane", 123)), (graded("Bo Li", 8), Identity()), people=people)
        write(out, (graded("guest", 8, SECOND), Identity()))
        add_decision(out, Decision("Day, Cy", FIRST, score=3))
        rows, said = grades(out, "canvas")
        assert [(row["Student"], row["ID"], row["Section"], row[FIRST]) for row in rows[1:]] == [
            ("Li, Bo", "124", "B", "8"),
            ("Day, Cy", "125", "B", "3"),
            ("Doe, Jane", "123", "A", "9"),
        ]
        assert said == [
            "Not in it, without a number in Canvas: guest.",
            "For 2 the ID is the id in the class list: it has to be Canvas's user number.",
        ]

    def test_excused_and_without_a_score(self, out):
        write(out, *((graded(name, 9), canvas(name, number)) for number, name in enumerate("abc", 1)))
        write(out, (unreadable("d"), canvas("d", 4)))
        add_decision(out, Decision("b", FIRST, excused=True))
        rows, said = grades(out, "canvas")
        assert [row[FIRST] for row in rows[1:]] == ["9", "EX", "9"]
        assert said == ["Not in it, without a score: d."]

    def test_pages_keep_the_name_of_the_download(self, out):
        write(
            out,
            (graded("doejane", 9), canvas("doejane", 123, "_LATE", "my 1_2_notebook-3.ipynb")),
            (graded("guest", 9), Identity()),
        )
        write(out, (unreadable("li"), canvas("li", 124)))
        found = pages(out, "canvas")
        assert set(found) == {"doejane_LATE_123_9123_my 1_2_notebook-3.html", "li_124_9124_vae.html"}
        assert [importers.canvas_page(name) for name in sorted(found)] == [(123, 9123), (124, 9124)]

    def test_pages_of_several_lessons_go_to_one_assignment_each(self, out):
        write(out, (graded("a", 9), canvas("a", 1)))
        write(out, (graded("a", 9, SECOND), canvas("a", 1, file="other.ipynb")))
        with pytest.raises(CannotGrade, match="choose a --lesson, of 01_plain_vae, 02_one_hot"):
            pages(out, "canvas")
        assert set(pages(out, "canvas", SECOND)) == {"a_1_91_other.html"}


class TestMoodle:
    def test_the_worksheet_of_an_assignment(self, out):
        write(out, (graded("Zoë de Vries", 9.25), moodle("Zoë de Vries", 1234567)), (graded("x", 1), Identity()))
        write(out, (unreadable("Bo Li"), moodle("Bo Li", 1234568)))
        rows, said = grades(out, "moodle")
        assert rows == [
            {
                "Identifier": "Participant 1234567",
                "Full name": "Zoë de Vries",
                "Email address": "",
                "Grade": "9.25",
                "Maximum Grade": "10",
                "Last modified (grade)": "-",  # a worksheet without this column is refused
            }
        ]
        assert said == [
            "Not in it, without a participant number of Moodle's: x.",
            "Not in it, without a score: Bo Li.",
        ]

    def test_participants_are_not_looked_up_by_number_in_a_class_list(self, out):
        people = "name,id,email\nAnn Oh,1234567,ann@x.edu\nZoë de Vries,17,zoe@x.edu\n"
        write(out, (graded("Zoë de Vries", 9), moodle("Zoë de Vries", 1234567)), people=people)
        assert [row["Email address"] for row in grades(out, "moodle")[0]] == ["zoe@x.edu"]

    def test_what_a_student_calls_a_file_is_no_part_of_the_name(self, out):
        odd = replace(moodle("A B", 2), place="A B_2_assignsubmission_file_x_2_assignsubmission_file_.ipynb")
        write(out, (graded("A B", 9), odd))
        assert [row["Full name"] for row in grades(out, "moodle")[0]] == ["A B"]

    def test_one_assignment_at_a_time(self, out):
        write(out, (graded("a", 9), moodle("a", 1)))
        write(out, (graded("a", 8, SECOND), moodle("a", 2)))
        with pytest.raises(CannotGrade, match="choose a --lesson"):
            grades(out, "moodle")
        assert [row["Identifier"] for row in grades(out, "moodle", SECOND)[0]] == ["Participant 2"]

    def test_pages_lie_in_the_participants_folders(self, out):
        write(out, (graded("A B_2", 9), moodle("A B", 2)), (graded("Ann O'Hara", 9), moodle("Ann O'Hara", 3)))
        found = pages(out, "moodle")
        assert set(found) == {
            "A B_2_assignsubmission_file_/01_plain_vae.html",
            "Ann O'Hara_3_assignsubmission_file_/01_plain_vae.html",
        }
        assert [importers.moodle_page(name) for name in sorted(found)] == [
            (number, "assignsubmission_file", "01_plain_vae.html") for number in (2, 3)
        ]

    def test_a_name_that_would_hide_the_number(self, out):
        write(out, (graded("x", 9), moodle('Ann "Al_x" Oh?', 4)))
        assert [importers.moodle_page(name)[0] for name in pages(out, "moodle")] == [4]


class TestOthers:
    def test_a_row_for_each_student_with_the_points_of_each_lesson(self, out):
        people = "name,id,email,section\na,1,a@x.edu,A\nc,3,,B\n"
        write(out, (graded("a", 9), Identity()), (graded("=b", 8), Identity()), people=people)
        write(out, (graded("a", 7, SECOND), Identity()))
        assert [list(row.values()) for row in grades(out, "csv")[0]] == [
            ["'=b", "", "", "", "8", ""],
            ["a", "1", "a@x.edu", "A", "9", "7"],
            ["c", "3", "", "B", "", ""],
        ]

    def test_nobody_is_forgotten(self, out):
        write(out, (graded("a", 9), Identity()))
        write(out, (unreadable("b"), Identity()))
        assert [(row["student"], row[FIRST]) for row in grades(out, "csv")[0]] == [("a", "9"), ("b", "")]
        assert grades(out, "nbgrader")[1] == ["Not in it, of no lesson that is known: b."]

    def test_nbgrader_s_own_table(self, out):
        write(out, (graded("a", 8), Identity()), (graded("b", 8), Identity()), people="name\na\nc\n")
        add_decision(out, Decision("a", FIRST, late_penalty=0.25))
        add_decision(out, Decision("b", FIRST, excused=True))
        rows, _ = grades(out, "nbgrader")
        columns = ("assignment", "student_id", "raw_score", "late_submission_penalty", "score", "max_score")
        assert [tuple(row[name] for name in columns) for row in rows] == [
            (FIRST, "a", "8", "2", "6", "10"),
            (FIRST, "c", "0", "0", "0", "10"),
        ]

    def test_nbgrader_s_columns_are_those_of_nbgrader(self, out, tmp_path):
        from nbgrader.plugins.export import CsvExportPlugin

        write(out, (graded("a", 8), Identity()))
        nobody = SimpleNamespace(assignments=[], students=[])
        CsvExportPlugin(to=str(tmp_path / "theirs.csv")).export(nobody)
        assert ",".join(grades(out, "nbgrader")[0][0]) == (tmp_path / "theirs.csv").read_text().strip()

    def test_pages_by_student_and_lesson_with_what_was_decided(self, out):
        write(out, (graded("a", 9), Identity()), (graded("b", 9), Identity()))
        add_decision(out, Decision("a", FIRST, score=1, reason="Copied"))
        found = pages(out, "csv")
        assert set(found) == {"a/01_plain_vae.html", "b/01_plain_vae.html"}
        assert "Copied" in found["a/01_plain_vae.html"]


@pytest.mark.parametrize(
    ("form", "pages", "sentence"),
    [
        ("canvas", False, "did not come as a download from Canvas"),
        ("canvas", True, "did not come as a download from Canvas"),
        ("moodle", False, "did not come as a download from Moodle"),
        ("moodle", True, "did not come as a download from Moodle"),
        ("gradescope", False, "did not come as an export from Gradescope"),
        ("blackboard", False, "The formats are: csv, canvas, moodle, nbgrader, gradescope"),
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_written(out, form, pages, sentence):
    write(out, (graded("a", 9), Identity("17", "a@x.edu", "a.ipynb")))
    target = out.parent / "target"
    with pytest.raises(CannotGrade, match=sentence):
        export(out, form, grades=None if pages else target, pages=target if pages else None, lesson=None, feedback=page)
    assert not target.exists()


def test_no_class_and_no_such_lesson(out):
    with pytest.raises(CannotGrade, match="There is no graded class"):
        grades(out, "csv")
    write(out, (graded("a", 9), Identity()))
    with pytest.raises(CannotGrade, match=r"nothing of 07_x here\. Graded are: 01_plain_vae"):
        grades(out, "csv", "07_x")


def test_a_file_that_is_not_the_grader_s_is_kept(out):
    write(out, (graded("a", 9), Identity()))
    theirs = out.parent / "grades.csv"
    theirs.write_text("mine")
    (said,) = grades(out, "csv")[1]
    (kept,) = out.parent.glob("grades.changed-*.csv")
    assert kept.read_text() == "mine"
    assert kept.name in said
    assert grades(out, "csv")[1] == []


def test_archives_are_the_same_bytes_and_say_what_may_be_executed():
    files = {"a": b"1", "run": b"2"}
    assert zipped(files, ["run"]) == zipped(files, ["run"])
    with zipfile.ZipFile(io.BytesIO(zipped(files, ["run"]))) as archive:
        assert [info.external_attr >> 16 & 0o111 for info in archive.infolist()] == [0, 0o111]


@pytest.mark.parametrize("form", FORMATS)
def test_the_seed_of_the_class_is_in_no_exported_byte(out, form):
    identity = {"canvas": canvas("a", 1), "moodle": moodle("a", 1), "gradescope": gradescope(1)}.get(form, Identity())
    write(out, (graded("a", 9), identity))
    assert holds_seed((out / "results" / "a" / f"{FIRST}.json").read_bytes())
    targets = out.parent / "grades", out.parent / "pages.zip"
    export(out, form, grades=targets[0], pages=targets[1], lesson=None, feedback=page)
    contents = [content for target in targets for content in everything(target)]
    assert len(contents) >= 3
    assert not any(map(holds_seed, contents))


def holds_seed(content: bytes) -> bool:
    forms = [str(SEED).encode(), f"{SEED:x}".encode(), SEED.to_bytes(8, "big"), SEED.to_bytes(8, "little")]
    return any(form in content.lower() or form in content for form in forms)


def everything(path: Path) -> list[bytes]:
    """A file's bytes, and those of each file in it."""
    contents = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            contents += [data for name in archive.namelist() for data in (name.encode(), archive.read(name))]
    return contents
