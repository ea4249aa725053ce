"""Where everything that belongs to a lesson lies. Nowhere else is such a path spelled out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE.parent
QUESTIONS = "questions.toml"


@dataclass(frozen=True)
class Folders:
    """A course: its scripts with walkthroughs, its checks (a folder for each lesson), its generated notebooks.

    A lesson's id is its script's name, such as "01_plain_vae"; its folder of checks has that name without the number.
    """

    solutions: Path
    checks: Path
    lessons: Path

    def lesson_ids(self) -> tuple[str, ...]:
        """The lessons that have a table of exercises, in the order of the course."""
        tables = self.checks.glob("*/exercises.toml")
        return tuple(sorted(str(tomllib.loads(table.read_text("utf-8"))["lesson"]) for table in tables))

    def scripts(self) -> tuple[str, ...]:
        """The lessons that have a script; a course that is built has these and no others."""
        return tuple(sorted(path.stem for path in self.solutions.glob("[0-9]*.py")))

    def script(self, lesson: str) -> Path:
        return self.solutions / f"{lesson}.py"

    @property
    def figures(self) -> Path:
        """Where figures in prose come from that no cell prints."""
        return self.solutions / "figures.toml"

    @property
    def install(self) -> Path:
        """The address that students install the package from, where it is missing."""
        return self.solutions / "install.toml"

    @property
    def glossary(self) -> Path:
        """What the course's terms mean."""
        return self.solutions / "glossary.toml"

    def walkthrough(self, lesson: str) -> Path:
        return self.solutions / f"{lesson}.ipynb"

    def checks_folder(self, lesson: str) -> Path:
        return self.checks / lesson.partition("_")[2]

    def checks_file(self, lesson: str) -> Path:
        return self.checks_folder(lesson) / "checks.py"

    def exercises(self, lesson: str) -> Path:
        """The table of exercises: titles, what builds on what, hints."""
        return self.checks_folder(lesson) / "exercises.toml"

    def questions(self, lesson: str) -> Path:
        """The table of questions: one about why for each exercise."""
        return self.checks_folder(lesson) / QUESTIONS

    def thresholds(self, lesson: str) -> Path:
        """The limits of the checks on trained models, for lessons that have such checks."""
        return self.checks_folder(lesson) / "thresholds.toml"

    def misconceptions(self, lesson: str) -> tuple[Path, Path]:
        """The wrong ideas that the lesson's checks may name: those of all lessons, and the lesson's own."""
        return self.kit / "misconceptions.toml", self.checks_folder(lesson) / "misconceptions.toml"

    @property
    def kit(self) -> Path:
        """What the checks of all lessons share."""
        return self.checks / "kit"

    def notebook(self, lesson: str) -> Path:
        """What students open."""
        return self.lessons / lesson / f"{lesson}.ipynb"

    @property
    def work(self) -> Path:
        """The learner's own; beside one another as in `lessons`, so that links from lesson to lesson hold."""
        return self.lessons.with_name("work")

    def own(self, lesson: str) -> Path:
        """The learner's copy of a notebook, which `grader build` never writes."""
        return self.work / lesson / f"{lesson}.ipynb"

    def cover(self, lesson: str) -> Path:
        """The lesson's opening picture, for pages outside the notebooks."""
        return self.lessons / lesson / "cover.png"

    def generated(self, lesson: str) -> set[Path]:
        return {self.notebook(lesson), self.walkthrough(lesson), self.cover(lesson)}

    @property
    def answers(self) -> Path:
        """The right and wrong answers that the checks are tested with."""
        return self.solutions / "answers"


COURSE = Folders(ROOT / "solutions", PACKAGE / "checks", ROOT / "lessons")
