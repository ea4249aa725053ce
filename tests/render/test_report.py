"""The page of a report: it stands on its own, shows nothing as it was sent, and can be read aloud."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from grader.class_report import (
    CheckFigures,
    ClassReport,
    Cluster,
    ExerciseFigures,
    LessonFigures,
    Misconception,
    Position,
    SimilarPair,
    Trouble,
)
from grader.render.histogram import bins, histogram_svg, in_words
from grader.render.report import report_html

LESSON = "01_plain_vae"
PLACE = (LESSON, "kl_divergence")
EVIL = "<script>alert(1)</script>\u202e"
NOTHING = ClassReport(0, 0, "", "2026-01-03 04:05", 0, (), (), (), (), (), (), (), ())


def full(text: str = "ann", students: tuple[str, ...] = ("ann", "bo")) -> ClassReport:
    """A report with something in every part; `text` stands wherever a student's own text may."""
    check = CheckFigures(text, 0.5, 2.5, 5)
    figures = ExerciseFigures("kl_divergence", 12, 6, 1, 0.42, 2.5, 5, (check,))
    odd = ExerciseFigures(text, 12, 12, 0, None, 5, 5, (check,))
    lessons = (
        LessonFigures(LESSON, (10.0, 55.0, 100.0), 1, 2, 3, (figures, odd)),
        LessonFigures(text, (), 1, 0, 0, ()),
    )
    return ClassReport(
        12,
        24,
        "2026-01-02 03:04",
        "2026-01-03 04:05",
        1,
        lessons,
        (Misconception("kl-missing-half", (PLACE,), students), Misconception(text, ((text, text),), (text,))),
        (Cluster(LESSON, text, (text,), text, (text,), f"{text}\n{text}", text),),
        (Trouble(text, text, "time", (text,), text), Trouble("cy", "", "unreadable", (), "Cut off.")),
        (Position(text, 12.0, (LESSON,), (PLACE,)),),
        (Position("di", 80.0, (), ((text, text),)),),
        (text,),
        (SimilarPair((text, "bo"), (PLACE,), 80, PLACE, (text, "x = 1")),),
    )


class Outline(HTMLParser):
    """What a screen reader goes by."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.mark.parametrize("report", [full(), NOTHING], ids=["full", "empty"])
def test_nothing_is_loaded_and_nothing_runs(report):
    page = report_html(report)
    outline = Outline(page)
    assert not outline.all("script", "link", "img", "iframe", "object", "form")
    assert all(one["href"].startswith("#") for one in outline.all("a"))
    links = [value for tag, one in outline.tags for name, value in one.items() if "src" in name or "href" in name]
    assert all(link.startswith("#") for link in links)
    assert "url(http" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_what_students_send_is_shown_as_text():
    page = report_html(full(EVIL))
    assert "<script" not in page
    assert "\u202e" not in page
    assert page.count("&lt;script&gt;") >= 15


@pytest.mark.parametrize("report", [full(), NOTHING], ids=["full", "empty"])
def test_headings_tables_and_pictures_can_be_followed(report):
    page = report_html(report)
    outline = Outline(page)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(re.search(r"<caption>\S", table) for table in re.findall(r"<table>.*?</table>", page, re.DOTALL))
    assert all(one.get("scope") for one in outline.all("th"))
    assert all(one["role"] == "img" and one["aria-label"] for one in outline.all("svg"))
    ids = [one["id"] for _, one in outline.tags if "id" in one]
    assert len(ids) == len(set(ids))
    targets = {one["href"].removeprefix("#") for one in outline.all("a")}
    assert targets <= set(ids)
    assert {one["aria-labelledby"] for one in outline.all("section") if "aria-labelledby" in one} == targets


def test_it_says_what_it_found():
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", report_html(full())))
    assert (
        "12 students · 24 submissions Made 2026-01-03 04:05 UTC from results up to 2026-01-02 03:04 UTC and 1 decision."
        in text
    )
    assert "3 submissions: mean 55 %, median 55 % (the dashed line), from 10 to 100 %, 1 with full marks." in text
    assert "1 could not be read. 2 of the class list handed in nothing. 3 excused." in text
    assert "6 of 12 50 % 1 0.42 2.5 of 5" in text
    assert "The ½ is missing from the KL 2 kl_divergence 01_plain_vae ann, bo" in text
    assert "point-biserial correlation" in text
    assert "A hint to look, never a verdict." in text


def test_one_is_not_called_several():
    one = LessonFigures(LESSON, (10.0,), 0, 0, 0, ())
    page = report_html(replace(NOTHING, students=1, submissions=1, lessons=(one,)))
    text = re.sub(r"<[^>]+>", " ", page)
    assert "1 student · 1 submission " in text
    assert "1 submission: mean 10 %" in text
    assert "for 1 submission." in page
    assert "handed in nothing" not in text


def test_what_nobody_has_written_has_no_pass_rate():
    blank = ExerciseFigures("kl_divergence", 0, 0, 3, None, 0, 5, (CheckFigures("is right", 0, 0, 5),))
    one = LessonFigures(LESSON, (0.0, 0.0, 0.0), 0, 0, 0, (blank,))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", report_html(replace(NOTHING, lessons=(one,)))))
    assert "0 of 0 – 3 – 0.0 of 5" in text
    assert "is right – 0.0 of 5" in text


def test_names_of_many_are_folded():
    students = tuple(f"student{number:03}" for number in range(100))
    page = report_html(full(students=students))
    assert "<summary>and 88 more</summary>" in page
    assert all(student in page for student in students)


def test_the_most_frequent_of_many_clusters_are_shown():
    report = full()
    cluster = report.clusters[0]
    many = ClassReport(**(vars(report) | {"clusters": (cluster,) * 45}))
    page = report_html(many)
    assert page.count("<article>") == 30
    assert "15 more" in page


class TestHistogram:
    def test_bins(self):
        assert bins([0, 9.9, 10, 55, 90, 100, 130, -1]) == [3, 1, 0, 0, 0, 1, 0, 0, 0, 3]

    def test_it_is_told_in_words(self):
        assert in_words([5, 95, 100]) == "Histogram of points for 3 submissions. 0 to 10 %: 1, 90 to 100 %: 2."

    def test_it_takes_the_colour_and_font_of_the_page(self):
        svg = histogram_svg([5, 95, 100], 95)
        element = ElementTree.fromstring(svg)
        assert element.get("aria-label") == in_words([5, 95, 100])
        assert "currentColor" in svg
        assert "#000000" not in svg
        assert "font:" not in svg
        assert "metadata" not in svg
        assert {"1", "2", "50"} <= {text.text.strip() for text in element.iter() if text.text}

    def test_the_same_figures_give_the_same_bytes(self):
        assert histogram_svg([1, 50], 20) == histogram_svg([1, 50], 20)
