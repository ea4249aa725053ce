"""A Sphinx extension: repairs of what Furo's pages lack for those who hear them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_REPAIRS = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="The site">',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<div id="search-results">': '<h1>Search</h1>\n<div id="search-results">',
}
_EMPTY_HEAD = re.compile(r"<th( [^>]*)?><p></p></th>")


def repaired(page: str) -> str:
    """The page with a heading, names for its landmarks, levels for its headings, and no heading without words."""
    for old, new in _REPAIRS.items():
        page = page.replace(old, new)
    return _EMPTY_HEAD.sub(r"<td\1></td>", page)


def setup(app: Any) -> dict[str, bool]:
    app.connect("build-finished", _repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _repair(app: Any, failure: Exception | None) -> None:
    if failure is None:
        for path in Path(app.outdir).rglob("*.html"):
            path.write_text(repaired(path.read_text("utf-8")), "utf-8")
