"""The gradebook and its files: made from the journal alone, safe to open, the same bytes each time."""

import csv
import json
from pathlib import Path

import pytest

from grader.classroom.gradebook import write_gradebook
from grader.classroom.journal import RosterEntry, open_journal
from grader.results import Result
from tests.fake_grading import FakeGrader


def page(result: Result) -> str:
    return f"<p>{result.student}: {result.score}</p>"


def graded(student: str, lesson: str = "01_plain_vae", points: int = 3) -> Result:
    return FakeGrader()._result(student, lesson, 7, points)


@pytest.fixture
def write(tmp_path):
    """Write the gradebook of these results; gives the folder."""

    def write(*results: Result, out: Path = tmp_path) -> Path:
        entries = [RosterEntry(one.student, one.lesson, str(one.score), Path("x")) for one in results]
        with open_journal(out, lambda asked, lesson: lesson) as journal:
            journal.begin(entries, [], 7, fresh=True)
            for entry, result in zip(entries, results, strict=True):
                journal.record(entry, 7, result.to_dict())
            write_gradebook(out, journal, page)
        return out

    return write


def table(out: Path) -> list[dict[str, str]]:
    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def files(out: Path) -> dict[str, bytes]:
    found = [path for folder in ("results", "feedback") for path in (out / folder).rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in [*found, out / "gradebook.csv"]}


def test_a_row_for_each_with_a_column_for_each_exercise(write):
    out = write(graded("b"), graded("a", points=4))
    assert table(out) == [
        {
            "student": name,
            "lesson": "01_plain_vae",
            "score": str(2 * points),
            "max_score": str(2 * points + 5),
            "encoder": str(points),
            "kl_divergence": str(points),
            "error": "",
        }
        for name, points in (("a", 4), ("b", 3))
    ]


def test_lessons_side_by_side_in_their_order(write):
    out = write(graded("a", "02_one_hot"), graded("b", "01_plain_vae"))
    header = (out / "gradebook.csv").read_text("utf-8").splitlines()[0]
    assert header == "student,lesson,score,max_score,encoder,kl_divergence,one_hot,error"
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
    assert (row["score"], row["encoder"], row["error"]) == ("0", "", "no notebook")
    assert (out / "results" / "a" / "unknown.json").is_file()


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "＝1+1", "－1"], ids=ascii)
def test_no_cell_is_a_formula(write, name):
    out = write(Result(name, "01_plain_vae", 7, error=f'{name}"\n,x'))
    row = table(out)[0]
    assert row["student"] == f"'{name}"
    assert row["error"].startswith(f"'{name}")


@pytest.mark.parametrize(
    ("text", "shown"), [("x;=1+1", "x;'=1+1"), ("x, @y", "x,' @y"), ("x|＝1", "x|'＝1"), ("at 12:-3; x", "at 12:-3; x")]
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
    (out / "gradebook.csv").write_text("spoiled")
    (out / "results/a/01_plain_vae.json").unlink()
    (out / "feedback/b/01_plain_vae.html").write_text("")
    with open_journal(out, lambda asked, lesson: lesson) as journal:
        write_gradebook(out, journal, page)
    assert files(out) == before


def test_files_of_who_has_left_go_and_those_of_others_stay(write):
    out = write(graded("a"), graded("b"))
    mine = out / "results" / "a" / "my_notes.json"
    mine.write_text("{}")
    with open_journal(out, lambda asked, lesson: lesson) as journal:
        journal.begin([RosterEntry("b", "01_plain_vae", "6", Path("x"))], [], 7, fresh=False)
        write_gradebook(out, journal, page)
    assert set(files(out)) == {
        "gradebook.csv",
        "results/a/my_notes.json",
        "results/b/01_plain_vae.json",
        "feedback/b/01_plain_vae.html",
    }
