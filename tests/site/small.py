"""A lesson of one exercise, as the pages of the site get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.catalogue import Exercise, Lesson, Misconception
from grader.course.questions import Choice, Question
from grader.course.script import Cell
from vaelab.explorers import TABLE

if TYPE_CHECKING:
    from grader.site.lessons import LessonSource

PROSE = """\
# 1 · Halves

![what you will have](attachment:cover.png)

**The half** is $x / 2$."""
EXERCISE = 'def half(x):\n    """Half of x."""\n    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION'
TROUBLE = """\
> **When it goes wrong.**
>
> - *It is 4 times too small* → halved
>   twice.
> - `nan` → nothing was halved.

Then go on."""
PAPERS = """\
A quarter (Ann B. Lee and Carl van der Meer, *On Quarters*, 2020, arXiv:2001.00001) is a half of a half.

## Papers

- Dora Ek, *Halves, and What They
  Are*, 1999 (JHV 2000). arXiv:9901.0001. All of it.
- Carl van der Meer, *A\\* Halves*, JHV 1998 (no arXiv version). The name.

**Next:** nothing."""

TWICE = Misconception("halved-twice", "Halved twice", "It is 4 times too small.", "Once is enough.", "Haste.", "Once.")
MINUS = Misconception("half-sign", "A sign", "`half(2)` is −1 * 1.", "No <b>sign</b>.", "A habit.", "Drop it.")

WHY = (
    Choice("It is smaller than all.", "Only of what is positive.", "half-sign"),
    Choice("It is half.", "Halves are $x / 2$."),
    Choice("It is a quarter.", "That is half of a half.", "halved-twice"),
)


def lesson(number: int = 1) -> Lesson:
    """A lesson whose only exercise has the lesson's number in its name, except for the first one."""
    name = "half" if number == 1 else f"half_{number}"
    exercise = Exercise(name, f"A half of {number}", (), ("Think of 2.", "Use `/`.", "x / 2 is **it**."))
    return Lesson(f"{number:02d}_halves", "Halves", {name: exercise})


def picture(words: str = "drawn") -> dict[str, object]:
    """What a cell shows that has drawn something."""
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": "cGljdHVyZQ==", "text/plain": words}}


def explorer() -> dict[str, object]:
    """What a cell shows that ends in an explorer; its title and words would end a script or a tag early."""
    shown = picture("Explorer: A <b> & more")
    frames = [{"drawing": f"<circle r='{r}'></circle>", "words": f"Radius {r} </script>"} for r in (1, 2, 3)]
    controls = [{"name": "radius", "values": ["1", "2", "3"], "start": 1, "is_choice": False}]
    table = {"title": "A <b> & more", "size": [9, 9], "backdrop": "", "controls": controls, "frames": frames}
    return shown | {"data": shown["data"] | {TABLE: table}}  # type: ignore[operator]


def source(one: Lesson | None = None, prose: tuple[str, ...] = (TROUBLE, PAPERS), cover: str = "") -> LessonSource:
    """The lesson with prose after its exercise; `cover` describes the opening picture."""
    from nbformat import from_dict

    from grader.authoring.points import Check
    from grader.site.lessons import LessonSource, Part

    one = one or lesson()
    (name,) = one.exercises
    drawing = Cell("demo", "cover", 'plots.bars(halves, title="Halves")' if not cover else "draw()", cover)
    parts = [
        Part("markdown-01", Cell("markdown", "", PROSE)),
        Part("setup-01", Cell("setup", "", "import math")),
        Part(
            "markdown-02", Cell("markdown", "", f"## 1 · `{name}` ●● 5 min\n\n> **Predict first.** What is half of 3?")
        ),
        Part(name, Cell("exercise", name, EXERCISE)),
        Part(f"check_{name}", Cell("check", name, f'check("{name}")')),
        *(Part(f"markdown-{number:02d}", Cell("markdown", "", text)) for number, text in enumerate(prose, 3)),
        Part("demo-01", drawing, (from_dict(picture()),)),
    ]
    checks = {name: [Check("three", "halves `3`", 60.0), Check("zero", "halves 0", 40.0)]}
    return LessonSource(one, tuple(parts), b"cover", checks, {name: [TWICE]}, {name: Question(name, "Why halve?", WHY)})
