"""The built site: whole, without strangers, each link leading somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import course
from grader.authoring.errors import BuildError
from grader.course import catalogue
from grader.course.folders import COURSE
from grader.site import build
from tests.site.html import Page


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page.read(path) for path in sorted(site.rglob("*.html"))}


class TestBefore:
    def test_a_folder_with_something_else_is_left_alone(self, tmp_path):
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(BuildError, match="holds something else than a site"):
            build.build(tmp_path)
        assert (tmp_path / "thesis.txt").read_text() == "mine"

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (r"# A\n\n$\nosuchcommand x$", "nosuchcommand"),
            ("# A\n\n[somewhere](lessons/99_none.ipynb)", "99_none"),
            ("# A\n\n![nothing](none.png)", "none.png"),
        ],
    )
    def test_what_sphinx_refuses_is_told_with_its_page(self, tmp_path, monkeypatch, text, problem):
        pytest.importorskip("sphinx", reason="needs Sphinx: python course.py site installs it")
        monkeypatch.setattr(build, "course_pages", lambda: {"index.md": text.replace(r"\n\n", "\n\n")})
        with pytest.raises(BuildError, match=rf"(?s)index\.md.*{problem}"):
            build.build(tmp_path / "site")
        assert not (tmp_path / "site").exists()


@pytest.mark.slow
class TestSite:
    def test_every_lesson_and_list_has_its_page(self, pages, site):
        names = {path.relative_to(site).as_posix() for path in pages}
        lists = {"index.html", "map.html", "glossary.html", "papers.html", "search.html", "mistakes/index.html"}
        assert lists | {f"lessons/{lesson_id}.html" for lesson_id in COURSE.lesson_ids()} <= names

    def test_nothing_is_loaded_from_elsewhere(self, pages, site):
        for path, page in pages.items():
            assert page.loads
            for source in page.loads:
                parts = urlsplit(source)
                assert not parts.scheme or source.startswith("data:"), (path.name, source)
                assert not parts.netloc, (path.name, source)
        for path in site.rglob("*.css"):
            assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", path.read_text("utf-8")), path.name

    def test_every_image_has_an_alternative_text(self, pages):
        images = [image for page in pages.values() for image in page.images]
        assert len(images) > 100
        assert [image for image in images if len(image.get("alt") or "") < 10] == []

    def test_every_link_leads_somewhere(self, pages):
        for path, page in pages.items():
            for link in page.links:
                parts = urlsplit(link)
                if parts.scheme:
                    assert parts.scheme == "https", (path.name, link)
                    continue
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                assert target.is_file(), (path.name, link)
                if parts.fragment and target.suffix == ".html":
                    assert unquote(parts.fragment) in pages[target].anchors, (path.name, link)

    def test_tags_pair(self, pages):
        assert {path.name: page.crossed for path, page in pages.items() if page.crossed} == {}

    def test_every_misconception_has_one_anchor(self, pages):
        anchors = [anchor for page in pages.values() for anchor in page.anchors if anchor.startswith("mistake-")]
        known = {name for lesson in COURSE.lesson_ids() for name in catalogue.lesson(lesson).misconceptions}
        assert sorted(anchors) == sorted(f"mistake-{name}" for name in known)

    def test_no_formula_and_no_markdown_is_left_as_it_was_written(self, pages):
        for path, page in pages.items():
            assert "$$" not in page.text, path.name
            assert "{.predict}" not in page.text, path.name

    def test_the_commands_on_the_pages_are_commands(self, pages):
        said = {verb for page in pages.values() for verb in re.findall(r"python course\.py (\w+)", page.text)}
        assert "lab" in said
        assert all(course.commands_of(verb, []) for verb in said)

    def test_the_notebooks_to_download_are_those_that_students_open(self, site):
        for lesson_id in COURSE.lesson_ids():
            (copy,) = site.rglob(f"_downloads/*/{lesson_id}.ipynb")
            assert copy.read_bytes() == COURSE.notebook(lesson_id).read_bytes()
