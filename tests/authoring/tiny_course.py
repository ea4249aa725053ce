"""A course of one tiny lesson, for the tests of building.

nbformat takes seconds to import, so it is imported where it is used and not where tests are only collected.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.folders import Folders

if TYPE_CHECKING:
    from nbformat import NotebookNode

LESSON = "01_halves"

SCRIPT = '''\
# %% [markdown]
# # Halves
# ![what you will see](attachment:cover.png)
# [The same again](01_halves.ipynb)
#
# Half of 3 is about 1.5, and half of 1 is $1 / 2 = 0.5$.

# %%
import os
import sys

import matplotlib.pyplot as plt


def check(name):
    """Stands for the grader's check: points under nbgrader, else a sentence."""
    score = 60.0 if name == "half" else 40.0
    earned = score if {"half": half, "quarter": quarter}[name](3.0) < 2 else 0.0
    return earned if "NBGRADER_EXECUTION" in os.environ else f"{name}: {earned} points"


# %% exercise="half"
def half(x):
    """Half of x."""
    ### BEGIN SOLUTION
    halved = x / sum([1, 1])
    return halved
    ### END SOLUTION


# %% exercise="quarter"
def quarter(x):
    """A quarter of x."""
    ### BEGIN SOLUTION
    return half(half(x))
    ### END SOLUTION


# %% check="half"
check("half")

# %% check="quarter"
check("quarter")

# %% demo="cover"
plt.plot([half(x) for x in range(5)])
print("drawn", end=" ")
print("twice")
print("1%|   | 1/100", file=sys.stderr)
plt.show()

# %% demo
if "NBGRADER_EXECUTION" in os.environ:
    raise RuntimeError("demos are for readers")
print(f"{half(3):.3f}")
slider = {"text/plain": "a slider", "application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
display(slider, raw=True)
display(slider | {"image/png": "aGFsZg==", "application/vnd.vaelab.explorer+json": {"frames": []}}, raw=True)

# %% answers [markdown]
# Twice a half is the whole.
'''

CHECKS = '''\
from grader.checks.kit.vocabulary import worth

KNOWN = ["half-doubled", "half-negated", "half-of-nothing"]


class TestHalf:
    @worth(35)
    def test_three(self):
        """halves three"""

    @worth(25)
    def test_zero(self):
        """halves zero"""


class TestQuarter:
    @worth(40)
    def test_four(self):
        """quarters four"""
'''


TABLE = """\
lesson = "01_halves"
title = "Halves"

[exercises.half]
title = "A half"
builds_on = []
hints = ["a", "b", "c"]

[exercises.quarter]
title = "A quarter"
builds_on = ["half"]
hints = ["d", "e", "f"]
"""

IDEAS = """\
[half-doubled]
why = "Twice is not half."
[half-negated]
why = "The sign stays."
[half-of-nothing]
why = "Half of something is something."
"""

QUESTIONS = """\
[half]
asks = "Why is half of a number less than the number?"
right = "It is one of two equal parts."
because = 'Both together are $x$, and $x / 2$ is above 0.'
[half.wrong.half-doubled]
says = "It is not: it is twice the number."
because = "That is the double."
[half.wrong.half-negated]
says = "It has the other sign, which is less."
[half.wrong.half-of-nothing]
says = "It is 0."

[quarter]
asks = "Why is a quarter half of a half?"
right = "Two of them make a half, and four the whole."
because = "Two times two is four."
[quarter.wrong.half-doubled]
says = "It is a half."
[quarter.wrong.half-negated]
says = "It is less than nothing."
[quarter.wrong.half-of-nothing]
says = "It is nothing."
"""


def course(folder: Path) -> Folders:
    """The folders of a course without lessons."""
    folders = Folders(folder / "solutions", folder / "checks", folder / "lessons")
    for path in (folders.solutions, folders.checks, folders.lessons):
        path.mkdir(parents=True, exist_ok=True)
    return folders


def halves(folder: Path) -> Folders:
    """The course of one lesson, not built."""
    folders = course(folder)
    folders.checks_folder(LESSON).mkdir()
    folders.script(LESSON).write_text(SCRIPT, "utf-8")
    folders.checks_file(LESSON).write_text(CHECKS, "utf-8")
    folders.exercises(LESSON).write_text(TABLE, "utf-8")
    (folders.checks_folder(LESSON) / "misconceptions.toml").write_text(IDEAS, "utf-8")
    folders.questions(LESSON).write_text(QUESTIONS, "utf-8")
    wrong = folders.answers / LESSON / "half" / "wrong"  # those of `quarter` are the same: it builds on `half`
    wrong.mkdir(parents=True)
    for idea in ("half-doubled", "half-negated", "half-of-nothing"):
        (wrong / f"{idea}.py").write_text(f"# misconception: {idea}\n", "utf-8")
    return folders


def load(path: Path) -> NotebookNode:
    import nbformat

    return nbformat.read(path, as_version=4)


def save(notebook: NotebookNode, path: Path) -> None:
    import nbformat

    nbformat.write(notebook, path)


def output(kind: str, **content: object) -> NotebookNode:
    """An output of a cell."""
    import nbformat

    return nbformat.v4.new_output(kind, **content)


def cells(path: Path) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in load(path).cells}


def edit(path: Path, old: str, new: str) -> None:
    """Replaces some text in a file that has it."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
