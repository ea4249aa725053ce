"""The gradebook and its files: made from the journal alone, safe to open, the same bytes each time."""

import csv
import json
from pathlib import Path

import pytest

from grader.classroom import CannotGrade
from grader.classroom.decisions import Decision, add_decision, read_decisions
from grader.classroom.gradebook import Sheet, write_gradebook
from grader.classroom.journal import open_journal
from grader.classroom.people import read_people
from grader.classroom.roster import Identity, RosterEntry
from grader.results import Result
from tests.fake_grading import FakeGrader

NOBODY = Identity()


def page(sheet: Sheet) -> str:
    return f"<p>{': '.join([sheet.result.student, str(sheet.result.score), *sheet.standing.notes])}</p>"


def graded(student: str, lesson: str = "01_plain_vae", points: int = 3) -> Result:
    return FakeGrader()._result(student, lesson, 7, points)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the gradebook of these results; gives the folder."""
    monkeypatch.setattr("grader.classroom.journal.now", lambda: "2026-01-02 03:04")

    def write(*results: Result, out: Path = tmp_path, identity: Identity = NOBODY, people: str = "") -> Path:
        entries = [RosterEntry(one.student, one.lesson, str(one.score), Path("x"), None, identity) for one in results]
        with open_journal(out) as journal:
            if people:
                (tmp_path / "people.csv").write_text(people)
                journal.enrol_people(read_people(tmp_path / "people.csv"))
            journal.begin(entries, [], 7, fresh=True, source=Path(results[0].lesson))
            for entry, result in zip(entries, results, strict=True):
                journal.record(entry, 7, result.to_dict())
            write_gradebook(out, journal, page)
        return out

    return write


def table(out: Path, name: str = "gradebook.csv") -> list[dict[str, str]]:
    with (out / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def again(out: Path) -> list[str]:
    """Another run, in which nothing is graded; what it says."""
    with open_journal(out) as journal:
        return write_gradebook(out, journal, page).said


def files(out: Path) -> dict[str, bytes]:
    found = [path for folder in ("results", "feedback") for path in (out / folder).rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in [*found, out / "gradebook.csv"]}


def test_a_row_for_each_with_a_column_for_each_exercise(write):
    out = write(graded("b"), graded("a", points=4))
    assert table(out) == [
        {
            "student": name,
            "id": "",
            "email": "",
            "section": "",
            "lesson": "01_plain_vae",
            "late": "",
            "file": "",
            "graded": "2026-01-02 03:04",
            "score": str(2 * points),
            "max_score": str(2 * points + 5),
            "encoder": str(points),
            "kl_divergence": str(points),
            "decisions": "",
            "notes": "",
            "error": "",
        }
        for name, points in (("a", 4), ("b", 3))
    ]


def test_lessons_side_by_side_in_their_order(write):
    out = write(graded("a", "02_one_hot"), graded("b", "01_plain_vae"))
    header = (out / "gradebook.csv").read_text("utf-8-sig").splitlines()[0]
    assert header.endswith("score,max_score,encoder,kl_divergence,one_hot,decisions,notes,error")
    assert (out / "gradebook.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # so that spreadsheets read UTF-8
    assert [row["encoder"] for row in table(out)] == ["", "3"]


def test_the_json_is_the_result(write):
    out = write(graded("Zoë"))
    text = (out / "results" / "Zoë" / "01_plain_vae.json").read_text("utf-8")
    assert Result.from_dict(json.loads(text)) == graded("Zoë")
    assert "Zoë" in text
    assert (out / "feedback" / "Zoë" / "01_plain_vae.html").read_text("utf-8") == "<p>Zoë: 6</p>"


def test_an_error_has_its_row_and_its_files(write):
    out = write(Result("a", "", 7, error="no\nnotebook \x1b[31m"), graded("b"))
    row = table(out)[0]
    assert (row["score"], row["encoder"], row["error"]) == ("", "", "no notebook")
    assert (out / "results" / "a" / "unknown.json").is_file()


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "＝1+1", "－1", "﹦1", "﹢1", "﹣1", "﹫x", "−1", "⁼1"], ids=ascii
)
def test_no_cell_is_a_formula(write, name):
    out = write(Result(name, "01_plain_vae", 7, error=f'{name}"\n,x'))
    row = table(out)[0]
    assert row["student"] == f"'{name}"
    assert row["error"].startswith(f"'{name}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("x, @y", "x,' @y"),
        ("x|＝1", "x|'＝1"),
        ('x;"=1&"', 'x;\'"=1&"'),
        ("at 12-3; x = 1", "at 12-3; x = 1"),
        *((f"a{between}=1", f"a{between}'=1") for between in ":，；、：｜﹐﹔﹕~^"),
    ],
)
def test_no_cell_is_a_formula_where_another_separator_cuts_it(write, text, shown):
    assert table(write(Result("a", "01_plain_vae", 7, error=text)))[0]["error"] == shown


def test_commas_quotes_and_newlines_stay_in_their_cell(write):
    out = write(Result('a, "b"', "01_plain_vae", 7, error="1,2\r\n3"), graded("c"))
    assert [row["student"] for row in table(out)] == ['a, "b"', "c"]
    assert table(out)[0]["error"] == "1,2 3"


def test_numbers_are_short(write):
    out = write(graded("a", points=1 / 3))
    assert table(out)[0]["encoder"] == "0.333333"


def test_characters_that_no_file_can_hold(write):
    out = write(Result("a", "01_plain_vae", 7, error="lone \ud800 surrogate"))
    assert "lone" in table(out)[0]["error"]
    assert json.loads((out / "results/a/01_plain_vae.json").read_bytes())["error"] == "lone ? surrogate"


def test_the_order_of_grading_leaves_no_trace(write, tmp_path):
    results = [graded("a"), graded("b", "02_one_hot"), graded("b"), Result("c", "", 7, error="x")]
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, order in zip(folders, (results, results[::-1]), strict=True):
        folder.mkdir()
        write(*order, out=folder)
    assert files(folders[0]) == files(folders[1])
    assert len(files(folders[0])) == 9


def test_a_run_repairs_what_is_missing_or_changed(write):
    out = write(graded("a"), graded("b"))
    before = files(out)
    (out / "gradebook.csv").unlink()
    (out / "results/a/01_plain_vae.json").unlink()
    (out / "feedback/b/01_plain_vae.html").write_text("")
    assert again(out) == []
    assert files(out) == before


def test_a_gradebook_that_was_changed_is_kept_beside_the_new_one(write):
    out = write(graded("a"))
    (out / "gradebook.csv").write_text("student,score\na,100")
    (said,) = again(out)
    (kept,) = out.glob("gradebook.changed-*.csv")
    assert kept.name in said
    assert kept.read_text() == "student,score\na,100"
    assert table(out)[0]["student"] == "a"
    assert again(out) == []


def test_a_second_lesson_adds_to_the_first(write):
    out = write(graded("a"), graded("b"))
    write(graded("a", "02_one_hot"))
    assert [(row["student"], row["lesson"]) for row in table(out)] == [
        ("a", "01_plain_vae"),
        ("a", "02_one_hot"),
        ("b", "01_plain_vae"),
    ]
    assert (out / "feedback/b/01_plain_vae.html").is_file()


class TestIdentities:
    def test_what_a_campus_system_says_are_columns(self, write):
        (row,) = table(write(graded("a"), identity=Identity("12", "a@example.edu", "my vae.ipynb", late=True)))
        assert [row[name] for name in ("id", "email", "file", "late")] == ["12", "a@example.edu", "my vae.ipynb", "yes"]

    def test_the_class_list_fills_in_who_is_missing(self, write):
        people = "Name,ID,E-mail,Section,Seat\nAda Bell,1,ab@x.edu,B,3\nBo Li,2,bo@x.edu,A,4\nCy Day,3,,A,\n"
        out = write(graded("bellada"), graded("bo"), graded("guest"), people=people)
        rows = {row["student"]: row for row in table(out)}
        assert set(rows) == {"bellada", "bo", "guest", "Cy Day"}
        assert [rows["bellada"][name] for name in ("id", "email", "section")] == ["1", "ab@x.edu", "B"]
        assert rows["bo"]["section"] == "A"
        assert rows["guest"]["section"] == ""
        missing = rows["Cy Day"]
        assert (missing["lesson"], missing["score"]) == ("01_plain_vae", "")
        assert missing["error"] == "Nothing was handed in."
        assert {row["student"]: row["total"] for row in table(out, "totals.csv")}["Cy Day"] == "0"

    def test_people_of_one_name_are_told_apart_or_nobody_is_taken_for_another(self, write, tmp_path):
        people = "name,id,email\nAnn Lee,1,a@x\nAnn Lee,2,b@x\nPat O'Hara,3,\nPat Ohara,4,\n"
        out = write(graded("Ann Lee"), graded("Pat O'Hara"), graded("pat-ohara"), people=people)
        sections = [(row["student"], row["id"], row["error"]) for row in table(out)]
        missing = "Nothing was handed in."
        assert sections == [
            ("Ann Lee", "", ""),
            ("Ann Lee 1", "1", missing),
            ("Ann Lee 2", "2", missing),
            ("Pat O'Hara", "3", ""),
            ("Pat Ohara", "4", missing),
            ("pat-ohara", "", ""),
        ]
        assert len(table(out, "totals.csv")) == 6
        with open_journal(out) as journal:
            assert write_gradebook(out, journal, page).about_class == [
                "The class list has several people called 'Ann Lee', and no number or address says which of "
                "them handed this in: none of them is taken to be this one.",
                "1 student is not on the class list: pat-ohara.",
            ]
        write(graded("Ann Lee"), identity=Identity("2", system="canvas"), out=out)
        assert [(row["student"], row["id"]) for row in table(out)][:2] == [("Ann Lee", "2"), ("Ann Lee 1", "1")]

    @pytest.mark.parametrize("lines", ["Ann,1,\nBob,1,", "Ann,,a@x\nBob,,A@x"])
    def test_a_class_list_in_which_two_have_one_number_or_address(self, tmp_path, lines):
        (tmp_path / "people.csv").write_text(f"name,id,email\n{lines}\n")
        with pytest.raises(CannotGrade, match=r"has two people with the (id 1|email a@x)"):
            read_people(tmp_path / "people.csv")

    def test_a_class_list_without_names(self, tmp_path):
        (tmp_path / "people.csv").write_text("who,what\n1,2\n")
        with pytest.raises(CannotGrade, match=r"no column `name`\. Its first line should be: name,id,email,section"):
            read_people(tmp_path / "people.csv")
        with pytest.raises(CannotGrade, match="cannot be read"):
            read_people(tmp_path / "nowhere.csv")


class TestTotals:
    def test_lessons_are_weighed_by_the_instructor_s_file(self, write):
        out = write(graded("a", points=5), graded("a", "02_one_hot", points=0))
        first, second = (float(table(out, "totals.csv")[0][name]) for name in ("01_plain_vae", "02_one_hot"))
        assert float(table(out, "totals.csv")[0]["total"]) == pytest.approx((first + second) / 2, abs=0.01)
        (out / "weights.csv").write_text("lesson,weight\n01_plain_vae,3\n")
        again(out)
        assert float(table(out, "totals.csv")[0]["total"]) == pytest.approx((3 * first + second) / 4, abs=0.01)
        assert (out / "weights.csv").read_text() == "lesson,weight\n01_plain_vae,3\n02_one_hot,1\n"

    @pytest.mark.parametrize("text", ["lesson,weight\n01_plain_vae,much", "lesson\n01_plain_vae", "l,w\na,-1"])
    def test_weights_that_are_none(self, write, text):
        out = write(graded("a"))
        (out / "weights.csv").write_text(text)
        with pytest.raises(CannotGrade, match=r"weights\.csv"):
            again(out)


class TestDecisions:
    def test_they_are_applied_at_every_run_and_never_overwritten(self, write):
        out = write(graded("a", points=4), graded("b"))
        add_decision(out, Decision("a", "01_plain_vae", "encoder", score=1, reason="Copied from the slides"))
        add_decision(out, Decision("a", "01_plain_vae", late_penalty=0.5))
        mine = (out / "decisions.csv").read_bytes()
        for _ in range(2):
            assert again(out) == []
        a, b = table(out)
        assert (a["encoder"], a["score"]) == ("1", "2.5")
        assert "`encoder`: 1 points instead of 4. Copied from the slides." in a["decisions"]
        assert (b["encoder"], b["decisions"]) == ("3", "")
        assert "Copied from the slides" in (out / "feedback/a/01_plain_vae.html").read_text()
        assert (out / "decisions.csv").read_bytes() == mine

    def test_what_is_excused_does_not_count(self, write):
        out = write(graded("a", points=4), graded("a", "02_one_hot", points=1))
        add_decision(out, Decision("a", "02_one_hot", excused=True, reason="Ill"))
        add_decision(out, Decision("a", "01_plain_vae", "encoder", excused=True))
        again(out)
        first, second = table(out)
        assert (first["encoder"], first["score"]) == ("", "4")
        assert float(first["max_score"]) < 13
        assert (second["score"], second["decisions"]) == ("", "Excused: this lesson does not count. Ill.")
        (total,) = table(out, "totals.csv")
        assert (total["02_one_hot"], total["total"]) == ("", total["01_plain_vae"])

    def test_points_never_fall_below_0(self, write):
        out = write(graded("b"))
        (out / "decisions.csv").write_text("student,lesson,add\nb,01_plain_vae,-100\n")
        again(out)
        assert table(out)[0]["score"] == "0"

    def test_a_name_that_is_not_there_is_told(self, write):
        out = write(graded("a"))
        lines = ["student,lesson,exercise,score", "A,01_plain_vae,,3", "a,01_plain_vae,encodr,3"]
        (out / "decisions.csv").write_text("\n".join(lines))
        assert again(out) == [
            "decisions.csv, line 2 changes nothing. The gradebook has no student 'A'. Did you mean: a?",
            "decisions.csv, line 3 changes nothing. The lesson '01_plain_vae' has no exercise 'encodr'. "
            "Did you mean: encoder?",
        ]

    def test_sentences_of_reasons_end(self, write):
        out = write(graded("a"))
        for reason in ("x", "Ill!", "“So be it.”"):
            add_decision(out, Decision("a", "01_plain_vae", add=1, reason=reason))
        again(out)
        assert table(out)[0]["decisions"] == (
            "7 points instead of 6. x. 8 points instead of 7. Ill! 9 points instead of 8. “So be it.”"
        )

    def test_semicolons_separate_too_and_a_column_that_lacks_is_said(self, write):
        out = write(graded("a"))
        (out / "decisions.csv").write_text("student;lesson;score\n")
        add_decision(out, Decision("a", "01_plain_vae", score=2))
        assert (out / "decisions.csv").read_text() == "student;lesson;score\na;01_plain_vae;2\n"
        with pytest.raises(CannotGrade, match="the first line lacks reason: add it there"):
            add_decision(out, Decision("a", "01_plain_vae", score=2, reason="x"))
        assert again(out) == []
        assert table(out)[0]["score"] == "2"

    def test_points_for_who_handed_in_nothing_count(self, write):
        out = write(graded("a"), people="name\na\nb\n")
        add_decision(out, Decision("b", "01_plain_vae", score=5.5, reason="An oral exam"))
        assert again(out) == []
        assert {row["student"]: row["total"] for row in table(out, "totals.csv")}["b"] == "50"

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("a,01_plain_vae,,many,,,,", "line 2: score is 'many'; write a number of points"),
            ("a,01_plain_vae,,1,,,,late, two days", "line 2: more columns than the first line: quote commas"),
            ("a,01_plain_vae,,1e300,,,,", "line 2: score is '1e300'; write a number of points"),
            ("a,01_plain_vae,,nan,,,,", "line 2: score is 'nan'; write a number of points"),
            ("a,,,1,,,,", "line 2: give a student and a lesson"),
            ("a,01_plain_vae,,,,perhaps,,", "line 2: excused is 'perhaps'; write yes or nothing"),
            ("a,01_plain_vae,,,,,20,", "line 2: late_penalty is '20'; write a share such as 10% or 0.1"),
            ("a,01_plain_vae,encoder,,,,10%,", "line 2: late_penalty is '10%'; it holds for a whole lesson"),
        ],
    )
    def test_a_line_that_cannot_be_understood(self, tmp_path, line, sentence):
        header = "student,lesson,exercise,score,add,excused,late_penalty,reason"
        (tmp_path / "decisions.csv").write_text(f"{header}\n{line}\n")
        with pytest.raises(CannotGrade) as raised:
            read_decisions(tmp_path)
        assert sentence in str(raised.value)

    def test_columns_that_are_not_known(self, tmp_path):
        (tmp_path / "decisions.csv").write_text("student,points\na,1\n")
        with pytest.raises(CannotGrade, match="the first line has to name columns of these: student, lesson"):
            read_decisions(tmp_path)


def test_files_of_who_has_left_go_and_those_of_others_stay(write):
    out = write(graded("a"), graded("b"))
    mine = out / "results" / "a" / "my_notes.json"
    mine.write_text("{}")
    with open_journal(out) as journal:
        journal.begin(
            [RosterEntry("b", "01_plain_vae", "6", Path("x"))], [], 7, fresh=False, source=Path("01_plain_vae")
        )
        write_gradebook(out, journal, page)
    assert set(files(out)) == {
        "gradebook.csv",
        "results/a/my_notes.json",
        "results/b/01_plain_vae.json",
        "feedback/b/01_plain_vae.html",
    }
