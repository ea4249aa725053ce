"""Formulas become MathML, or stop the build."""

import re

import pytest

from grader.course import script
from grader.course.folders import COURSE

mathml = pytest.importorskip("grader.site.mathml", reason="needs Sphinx: python course.py site installs it")


@pytest.mark.parametrize("display", [False, True])
def test_a_formula_is_mathml(display):
    math = mathml.to_mathml(r"\tfrac12 \sum_l \mu_l^2", display=display)
    assert f'display="{"block" if display else "inline"}"' in math
    assert "<mfrac>" in math
    assert "\\" not in math


@pytest.mark.parametrize(
    ("latex", "spaces"),
    [
        (r"\log p", 1),
        (r"-\log p(x)", 1),
        (r"784 \ln 2", 2),
        (r"\log\sigma", 1),
        (r"\log(x)", 0),
        (r"\log \big( x \big)", 0),
        (r"\log_2 x", 0),
        (r"\exp\left( x \right)", 0),
        (r"\log", 0),
        (r"(x) \max_y z", 1),
    ],
)
def test_a_function_stands_apart_from_its_argument(latex, spaces):
    assert mathml.to_mathml(latex, display=False).count('<mspace width="0.167em"') == spaces


@pytest.mark.parametrize(
    "latex", [r"\nosuchcommand{x}", r"x_1_2", r"\left( x", r"\begin{aligned} a &= b \end{aligned}"]
)
def test_what_cannot_be_shown_is_refused_by_name(latex):
    with pytest.raises(mathml.NotConverted, match=re.escape(repr(latex))):
        mathml.to_mathml(latex, display=True)


def test_every_formula_of_the_course_is_converted():
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
    count = 0
    for lesson_id in COURSE.lesson_ids():
        for cell in script.read(COURSE.script(lesson_id)):
            for token in [] if cell.is_code else parser.parse(cell.source):
                for part in [token, *(token.children or [])]:
                    if part.type.startswith("math"):
                        assert mathml.to_mathml(part.content, display="block" in part.type)
                        count += 1
    assert count > 500
