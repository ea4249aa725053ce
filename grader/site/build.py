"""`grader site`: the course's sources, written as pages that Sphinx makes a site of."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from grader.authoring.answers import read_answers
from grader.authoring.errors import BuildError
from grader.authoring.points import exercise_checks
from grader.course import catalogue
from grader.course.catalogue import Misconception
from grader.course.folders import COURSE, ROOT
from grader.course.questions import questions_of
from grader.site import bibliography, course_map, front, glossary, lessons, mistakes
from grader.site.lessons import LessonSource
from grader.site.writing import Sources

SETTINGS = Path(__file__).parent / "sphinx"
_OURS = "searchindex.js"  # in every site that Sphinx has made


def build(out: Path) -> int:
    """Make the site in `out`, which it replaces, and return the number of pages.

    BuildError, with what Sphinx says, where there is anything to say; then `out` stays as it was.
    """
    if out.exists() and any(out.iterdir()) and not (out / _OURS).is_file():
        raise BuildError(f"{out} holds something else than a site: name another folder.")
    with tempfile.TemporaryDirectory() as scratch:
        sources, made = Path(scratch) / "sources", Path(scratch) / "site"
        for name, content in course_pages().items():
            path = sources / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        _run_sphinx(sources, made, Path(scratch) / "kept")
        if out.exists():
            shutil.rmtree(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, out)
    return len(list(out.rglob("*.html")))


def course_pages() -> Sources:
    """Everything that Sphinx reads, by path."""
    answers = read_answers(COURSE.answers)
    known = [catalogue.lesson(lesson_id) for lesson_id in catalogue.lesson_ids()]
    where = mistakes.occurrences(answers, known)
    sources = [_source(lesson, where) for lesson in known]
    readme = (ROOT / "README.md").read_text("utf-8")
    pages: Sources = {
        "index.md": front.page(sources, readme),
        "map.md": course_map.page(sources, readme),
        "glossary.md": glossary.page(COURSE.glossary, sources),
        "papers.md": bibliography.page(sources),
        **mistakes.pages(sources, _shared_misconceptions(), where),
    }
    for source in sources:
        pages[f"lessons/{source.lesson.id}.ipynb"] = lessons.notebook(source)
        pages[f"covers/{source.lesson.id}.png"] = source.cover
        pages[f"notebooks/{source.lesson.id}.ipynb"] = COURSE.notebook(source.lesson.id).read_bytes()
    return pages


def _source(lesson: catalogue.Lesson, where: mistakes.Occurrences) -> LessonSource:
    parts, cover = lessons.read_parts(COURSE, lesson.id)
    checks = exercise_checks(COURSE.checks_file(lesson.id), list(lesson.exercises))
    known_by_name = mistakes.of_exercises(lesson, where)
    return LessonSource(lesson, parts, cover, checks, known_by_name, questions_of(lesson.id))


def _shared_misconceptions() -> dict[str, Misconception]:
    table = tomllib.loads((COURSE.kit / "misconceptions.toml").read_text("utf-8"))
    return {name: Misconception(id=name, **entry) for name, entry in table.items()}


def _run_sphinx(sources: Path, out: Path, kept: Path) -> None:
    """Sphinx in a process of its own; its warnings are errors."""
    options = ["-b", "html", "-q", "-W", "--keep-going", "-c", str(SETTINGS), "-d", str(kept)]
    command = [sys.executable, "-m", "sphinx", *options, str(sources), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"Sphinx refuses the pages:\n{done.stderr.strip()}".replace(f"{sources}/", ""))
