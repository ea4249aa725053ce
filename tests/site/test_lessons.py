"""The page of a lesson has what a reader needs, and gives nothing away unasked."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import nbformat
import pytest
from nbformat import from_dict

from grader.authoring.errors import BuildError
from grader.course.folders import COURSE
from grader.site import lessons
from tests.site.small import TROUBLE, explorer, source
from vaelab.explorers import TABLE


def cells(page: str) -> dict[str, nbformat.NotebookNode]:
    return {cell.id: cell for cell in nbformat.reads(page, as_version=4).cells}


def folds(text: str) -> dict[str, str]:
    """What is folded away, by its summary."""
    return dict(re.findall(r"<details[^>]*><summary>(.*?)</summary>(.*?)</details>", text, re.DOTALL))


def test_an_exercise_shows_its_stub_and_folds_away_the_rest():
    text = cells(lessons.notebook(source()))["half"].source
    visible = re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)
    assert '"""Half of x."""' in visible
    assert 'raise NotImplementedError("exercise half' in visible
    assert "return x / 2" not in visible
    hidden = folds(text)
    assert list(hidden) == [
        "Hint 1",
        "Hint 2",
        "Hint 3",
        "The course's answer",
        "What the check asks (100 of the lesson's 100 points)",
        "1 mistake that the check knows by name",
    ]
    assert "Use `/`." in hidden["Hint 2"]
    assert "return x / 2" in hidden["The course's answer"]
    assert "SOLUTION" not in text
    assert "- halves `3`" in hidden["What the check asks (100 of the lesson's 100 points)"]
    assert "[Halved twice](#mistake-halved-twice)" in hidden["1 mistake that the check knows by name"]


def test_cells_of_checks_are_left_out_and_the_others_stay():
    page = cells(lessons.notebook(source()))
    assert list(page) == [
        *(
            "markdown-01",
            "open-it",
            "setup-01",
            "markdown-02",
            "half",
            "markdown-03",
            "markdown-04",
            "demo-01",
            "question-half",
        ),
    ]
    assert page["setup-01"].source == "import math"


def test_an_exercise_ends_with_its_question_and_the_explanation_is_folded():
    text = cells(lessons.notebook(source()))["question-half"].source
    visible, _, hidden = text.partition("<details>")
    assert visible.startswith("{.question}\n> **One question.** Why halve?\n")
    answers = "It is smaller than all.", "It is half.", "It is a quarter."
    for letter, answer in zip("ABC", answers, strict=True):
        assert f"> - **{letter}.** {answer}" in visible
    assert hidden.startswith("<summary>Answer</summary>\n\n**B.** Halves are $x / 2$.")
    assert "That is half of a half." in hidden


def test_a_question_comes_before_the_next_heading():
    page = list(cells(lessons.notebook(source(prose=(TROUBLE, "## 2 · Quarters")))))
    assert page[-4:] == ["markdown-03", "question-half", "markdown-04", "demo-01"]


def test_prose_has_an_anchor_the_cover_and_its_asides():
    page = cells(lessons.notebook(source(cover="Bars: halves of 1 to 5")))
    assert page["markdown-01"].source.startswith("(prose-01-halves-markdown-01)=\n# 1 · Halves")
    assert "![Bars: halves of 1 to 5](../covers/01_halves.png)" in page["markdown-01"].source
    assert "{.predict}\n> **Predict first.**" in page["markdown-02"].source
    assert "{.trouble}\n> **When it goes wrong.**" in page["markdown-03"].source


def test_a_cell_of_raw_html_has_the_anchor_of_the_prose_before():
    folded = source(prose=("<details><summary>Answer</summary>\n\nYes.\n\n</details>",))
    assert cells(lessons.notebook(folded))["markdown-03"].source.startswith("<details>")
    assert list(folded.prose)[-1][1] == "prose-01-halves-markdown-02"


def test_the_page_says_how_to_open_the_lesson():
    text = cells(lessons.notebook(source()))["open-it"].source
    assert "    python course.py lab\n" in text
    assert "{download}`01_halves.ipynb <../notebooks/01_halves.ipynb>`" in text


def test_a_picture_has_an_alternative_text():
    page = cells(lessons.notebook(source(cover="Bars")))
    assert page["demo-01"].metadata["mystnb"] == {"image": {"alt": "Bars"}}
    assert "image/png" in page["demo-01"].outputs[0].data


def test_an_explorer_follows_its_still_picture_with_its_table():
    good = source(cover="Circles")
    turned = replace(good.parts[-1], outputs=(from_dict(explorer()),))
    page = cells(lessons.notebook(replace(good, parts=(*good.parts[:-1], turned))))
    assert list(page)[-3:-1] == ["demo-01", "explorer-demo-01-1"]
    assert set(page["demo-01"].outputs[0].data) == {"image/png", "text/plain"}
    text = page["explorer-demo-01-1"].source
    assert 'aria-label="A &lt;b&gt; &amp; more, to be turned" hidden>' in text
    (written,) = re.findall(r"<script type=.application/json.>(.*)</script>", text)
    assert "</" not in written
    assert json.loads(written) == explorer()["data"][TABLE]


def test_the_explorers_of_the_course_are_small():
    tables = [
        output["data"][TABLE]
        for lesson_id in COURSE.lesson_ids()
        for cell in json.loads(COURSE.walkthrough(lesson_id).read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if TABLE in output.get("data", {})
    ]
    assert len(tables) == 5
    assert max(len(json.dumps(table)) for table in tables) < 100_000


def test_a_picture_that_nothing_describes_is_an_error():
    good = source(cover="Bars")
    parts = [replace(part, cell=replace(part.cell, alt="")) for part in good.parts]
    with pytest.raises(BuildError, match=r"01_halves: the picture of cell demo-01 has no alternative text"):
        lessons.notebook(replace(good, parts=tuple(parts)))


@pytest.mark.parametrize(("lines", "tags"), [(lessons.LONG, []), (lessons.LONG + 1, ["hide-input"])])
def test_long_demos_are_folded_away(lines, tags):
    good = source(cover="Bars")
    long = replace(good.parts[-1].cell, source="\n".join(["draw()"] * lines))
    page = cells(lessons.notebook(replace(good, parts=(*good.parts[:-1], replace(good.parts[-1], cell=long)))))
    assert page["demo-01"].metadata.get("tags", []) == tags


def test_a_walkthrough_of_another_script_is_refused(tmp_path):
    lesson_id = COURSE.lesson_ids()[1]
    folders = replace(COURSE, solutions=tmp_path)
    folders.walkthrough(lesson_id).write_bytes(COURSE.walkthrough(lesson_id).read_bytes())
    text = COURSE.script(lesson_id).read_text("utf-8")
    folders.script(lesson_id).write_text(text, "utf-8")
    assert lessons.read_parts(folders, lesson_id)[0]
    folders.script(lesson_id).write_text(text + "\n# %% demo\nprint(1)\n", "utf-8")
    with pytest.raises(BuildError, match=f"{lesson_id}: the walkthrough is older than cell demo-"):
        lessons.read_parts(folders, lesson_id)
