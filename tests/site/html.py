"""A built page as the tests read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Self

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "embed": "src"}


@dataclass
class Page(HTMLParser):
    """What a page names: its anchors, where it leads, what it loads, its images and what of its tags does not pair."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    images: list[dict[str, str | None]] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    text: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def read(cls, path: Path) -> Self:
        page = cls()
        page.feed(path.read_text("utf-8"))
        page.crossed += page._open
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if identity := named.get("id"):
            self.anchors.add(identity)
        if tag == "a" and (target := named.get("href")):
            self.links.append(target)
        if tag in LOADED and (source := named.get(LOADED[tag])):
            self.loads.append(source)
        if tag == "img":
            self.images.append(named)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag not in VOID:
            self.crossed.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data
