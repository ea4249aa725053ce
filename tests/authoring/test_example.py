"""The example class, and a small class graded by the course's own grader with files that were not meant well."""

import csv
import sys

import pytest
from typer.testing import CliRunner

from grader.authoring import example
from grader.course.catalogue import lesson
from grader.doors import cli
from grader.grading.grader import Grader
from grader.submission import plan
from grader.submission.reading import Unreadable, read_notebook

LESSON = lesson("01_plain_vae")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("example")
    example.write_class(out)
    return out / "submissions"


def path_of(folder, student, lesson_id="01_plain_vae"):
    return folder / student / f"{lesson_id}.ipynb"


def answers(path) -> dict[str, str]:
    return plan.sort_cells(lesson(path.stem), read_notebook(path)).answers


class TestExample:
    def test_every_kind_of_submission_is_there(self, folder):
        assert {path.name for path in folder.iterdir()} == {
            "all-right",
            "all-right-in-other-words",
            "unfinished",
            "syntax-error",
            "cut-off",
            "several-lessons",
            *example._MISCONCEPTIONS,
        }
        assert {path.stem for path in (folder / "several-lessons").iterdir()} == set(example._SEVERAL)

    def test_right_is_the_course_s_own_solution(self, folder):
        reference = plan.reference_submission(LESSON).answers
        assert {name: text.strip() for name, text in answers(path_of(folder, "all-right")).items()} == {
            name: text.strip() for name, text in reference.items()
        }

    @pytest.mark.parametrize("misconception", example._MISCONCEPTIONS)
    def test_a_wrong_one_differs_in_one_exercise_and_does_not_say_so(self, folder, misconception):
        right = answers(path_of(folder, "all-right"))
        wrong = answers(path_of(folder, misconception))
        assert sum(wrong[name] != right[name] for name in right) == 1
        assert misconception not in path_of(folder, misconception).read_text("utf-8")

    @pytest.mark.parametrize("lesson_id", example._SEVERAL)
    def test_several_lessons_have_a_mistake_each(self, folder, lesson_id):
        right = plan.reference_submission(lesson(lesson_id)).answers
        wrong = answers(path_of(folder, "several-lessons", lesson_id))
        assert sum(wrong[name].strip() != right[name].strip() for name in right) == 1

    def test_unfinished_has_begun(self, folder):
        submission = plan.sort_cells(LESSON, read_notebook(path_of(folder, "unfinished")))
        untouched = [name for name in LESSON.exercises if submission.is_untouched(name)]
        assert 0 < len(untouched) < len(LESSON.exercises)

    def test_cut_off_is(self, folder):
        with pytest.raises(Unreadable, match="cut off"):
            read_notebook(path_of(folder, "cut-off"))

    def test_twice_is_the_same(self, folder, tmp_path):
        for path in example.write_class(tmp_path):
            assert path.read_bytes() == path_of(folder, path.parent.name, path.stem).read_bytes()


def test_what_is_refused_has_its_exercises_and_no_points():
    grader = object.__new__(Grader)  # a refusal needs no process
    result = grader.refuse("This is a folder.", student="x", lesson=LESSON.id, seed=3)
    assert [exercise.name for exercise in result.exercises] == list(LESSON.exercises)
    assert (result.score, result.max_score, result.error, result.seed) == (0, 100, "This is a folder.", 3)
    assert grader.refuse("This is a folder.", student="x", lesson=None, seed=3).exercises == ()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_hostile_files_cost_nobody_else_anything(tmp_path):
    """A real class: what is honest is graded as ever, what is not has a row with a reason."""
    right = plan.reference_submission(LESSON).answers
    honest = example._notebook(LESSON.id, {"encoder": right["encoder"], "kl_divergence": right["kl_divergence"]})
    hidden = tmp_path / "hidden.ipynb"
    hidden.write_bytes(honest)
    folder = tmp_path / "class"
    (folder / "folder.ipynb").mkdir(parents=True)
    for name in ("honest", "=cmd()", "a\nb"):
        (folder / f"{name}.ipynb").write_bytes(honest)
    (folder / "link.ipynb").symlink_to(hidden)
    (folder / "cut.ipynb").write_bytes(honest[:5000])
    (folder / "empty.ipynb").touch()
    (folder / "huge.ipynb").touch()
    with (folder / "huge.ipynb").open("r+b") as file:
        file.truncate(200 * 2**20)
    arguments = [
        "grade",
        str(folder),
        "--out",
        str(tmp_path / "out"),
        "--jobs",
        "1",
        "--seed",
        "1",
        "--lesson",
        LESSON.id,
    ]
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "gradebook.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = {row.pop("student"): row for row in csv.DictReader(file)}
    assert set(rows) == {"honest", "'=cmd()", "a_b", "link", "folder", "cut", "empty", "huge"}
    assert rows["honest"]["error"] == ""
    assert float(rows["honest"]["encoder"]) > 0
    assert float(rows["honest"]["kl_divergence"]) > 0
    for row in rows.values():
        del row["file"], row["graded"]
    assert rows["honest"] == rows["'=cmd()"] == rows["a_b"]
    for name in ("link", "folder", "cut", "empty", "huge"):
        assert rows[name]["error"]
        assert (rows[name]["score"], rows[name]["max_score"]) == ("", "100")
