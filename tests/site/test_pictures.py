"""Every picture is described: by its marker, or by the words that its cell writes into it."""

import pytest

from grader.course import script
from grader.course.folders import COURSE
from grader.course.script import Cell
from grader.site.pictures import alternative


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('plots.bars(x, title="What it costs")', "What it costs."),
        ('plots.bars(x, xlabel="latents", ylabel="nats", title="What?")', "What? Horizontal: latents. Vertical: nats."),
        ('plots.rows({"one": a, "two": b}, title="Both")', "Both. Shown: one; two."),
        ('plots.rows({"one": a, name: b}, title="Both")', "Both."),
        ('plots.costs(x, "nats", "What a pixel costs")', "What a pixel costs."),
        ('plots.curve(x, title="Loss of $\\\\hat x$,\\nin $\\\\mu$")', "Loss of x\u0302, in mu."),
        ('plots.curve(x, title=f"Loss on {data}")', ""),
        ("plots.diagram()", ""),
        ('title = "Nothing is drawn"', ""),
        ("", ""),
    ],
)
def test_the_words_in_a_picture_describe_it(code, words):
    assert alternative(Cell("demo", "", code)) == words


def test_what_the_marker_says_comes_first():
    assert alternative(Cell("demo", "", 'plots.bars(x, title="A title")', "Bars that fall")) == "Bars that fall"


@pytest.mark.parametrize("lesson_id", COURSE.lesson_ids())
def test_every_picture_of_the_course_is_described(lesson_id):
    from grader.site.lessons import read_parts

    parts, cover = read_parts(COURSE, lesson_id)
    pictures = [part for part in parts if part.has_picture]
    assert pictures
    assert cover.startswith(b"\x89PNG")
    for part in pictures:
        assert len(alternative(part.cell)) > 10, part.id


def test_only_demos_have_descriptions():
    for lesson_id in COURSE.lesson_ids():
        for cell in script.read(COURSE.script(lesson_id)):
            assert cell.kind == "demo" or not cell.alt
