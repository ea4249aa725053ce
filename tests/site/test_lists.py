"""Bibliography, glossary, map and front page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.authoring.errors import BuildError
from grader.course import catalogue
from grader.course.catalogue import Lesson
from grader.course.folders import COURSE, ROOT
from grader.site import bibliography, course_map, front, glossary
from grader.site.lessons import LessonSource, read_parts
from tests.site.small import PAPERS, lesson, source

README = """\
# Halving, by doing it

A course
on halves.

| lesson | builds | exercises |
|---|---|---|
| [1 · Halves](solutions/01_halves.ipynb) | halves & quarters | 1 |
"""


@pytest.fixture(scope="module")
def course() -> list[LessonSource]:
    """The whole course, without its checks."""
    known = [catalogue.lesson(lesson_id) for lesson_id in catalogue.lesson_ids()]
    return [LessonSource(one, *read_parts(COURSE, one.id), {}, {}, {}) for one in known]


class TestPapers:
    def test_listed_and_cited_papers_are_sorted_by_surname(self):
        found = bibliography.papers([source()])
        assert [(paper.surname, paper.title, paper.when, paper.arxiv) for paper in found] == [
            ("Ek", "Halves, and What They Are", "1999 (JHV 2000)", "9901.0001"),
            ("Lee", "On Quarters", "2020", "2001.00001"),
            ("van der Meer", "A\\* Halves", "JHV 1998", ""),
        ]
        assert found[1].authors == "Ann B. Lee and Carl van der Meer"
        assert [paper.mentions[0].note for paper in found] == ["All of it.", "", "The name."]

    def test_a_paper_of_two_lessons_stands_once(self):
        (ek, *_) = bibliography.papers([source(), source(lesson(2))])
        assert [mention.where for mention in ek.mentions] == ["Lesson 1", "Lesson 2"]
        assert [mention.anchor for mention in ek.mentions] == [f"prose-0{n}-halves-markdown-04" for n in (1, 2)]

    def test_an_entry_that_cannot_be_read_names_the_lesson(self):
        broken = PAPERS.replace("- Dora Ek, ", "- Dora Ek: ")
        with pytest.raises(BuildError, match=r'01_halves: under "Papers", cannot read "Dora Ek: '):
            bibliography.papers([source(prose=(broken,))])

    def test_the_course_cites_nothing_that_is_not_listed(self, course):
        prose = " ".join(part.cell.source for one in course for part in one.parts if not part.cell.is_code)
        listed = {paper.arxiv for paper in bibliography.papers(course)}
        assert set(re.findall(r"arXiv:(\d{4}\.\d{4,5})", prose)) == listed - {""}

    def test_no_two_papers_have_one_number(self, course):
        numbers = [paper.arxiv for paper in bibliography.papers(course) if paper.arxiv]
        assert len(numbers) == len(set(numbers))


class TestGlossary:
    def table(self, folder: Path, text: str) -> Path:
        (folder / "glossary.toml").write_text(text, "utf-8")
        return folder / "glossary.toml"

    def test_a_term_leads_to_the_prose_that_introduces_it(self, tmp_path):
        table = self.table(tmp_path, '["quarter"]\nmeaning = "A half\\nof a half."\n["half"]\nmeaning = "$x/2$"')
        half, quarter = glossary.terms(table, [source(), source(lesson(2))])
        assert (half.name, half.meaning, half.where, half.anchor) == (
            *("half", "$x/2$", "Lesson 1", "prose-01-halves-markdown-01"),
        )
        assert (quarter.meaning, quarter.anchor) == ("A half of a half.", "prose-01-halves-markdown-04")

    def test_a_term_of_no_lesson_is_an_error(self, tmp_path):
        table = self.table(tmp_path, '["third"]\nmeaning = "x/3"')
        with pytest.raises(BuildError, match=r"glossary.toml: no lesson speaks of 'third'"):
            glossary.terms(table, [source()])

    def test_another_wording_may_be_looked_for(self, tmp_path):
        table = self.table(tmp_path, '["division by four"]\nsaid = "a quarter"\nmeaning = "x/4"')
        assert glossary.terms(table, [source()])[0].anchor == "prose-01-halves-markdown-04"

    def test_the_course_speaks_of_all_its_terms(self, course):
        terms = glossary.terms(COURSE.glossary, course)
        assert len(terms) > 30
        assert all(term.meaning.endswith((".", "`")) for term in terms)


class TestMap:
    def test_an_exercise_has_its_effort_from_its_heading(self):
        (stop,) = course_map.stops(source())
        assert (stop.exercise.name, stop.effort, stop.builds_on) == ("half", "●●\u00a05\u00a0min", ())

    def test_every_exercise_of_the_course_has_an_effort(self, course):
        for one in course:
            for stop in course_map.stops(one):
                assert re.match(r"●+\u00a0\d+\u00a0min", stop.effort), stop.exercise.name

    def test_what_an_exercise_builds_on_is_linked(self):
        one = lesson()
        quarter = replace(one.exercises["half"], name="quarter", title="A quarter", builds_on=("half",))
        both = Lesson(one.id, one.title, {**one.exercises, "quarter": quarter})
        page = course_map.page([replace(source(), lesson=both)], README)
        assert "It builds halves & quarters." in page
        assert "| [A quarter](#exercise-quarter) |  | [A half of 1](#exercise-half) |" in page


class TestFront:
    def test_it_says_what_readme_says(self):
        page = front.page([source(cover='Bars & "halves"')], README)
        assert page.startswith("# Halving, by doing it\n\nA course\non halves.\n")
        assert 'alt="Bars &amp; &#34;halves&#34;"' in page
        assert "halves &amp; quarters" in page

    def test_a_lesson_that_readme_lacks_is_an_error(self):
        with pytest.raises(BuildError, match="no row for 02_halves"):
            front.page([source(lesson(2))], README)

    def test_readme_has_every_lesson(self, course):
        assert front.page(course, (ROOT / "README.md").read_text("utf-8"))
