"""What all pages are written with: templates, and the two ways of putting a text into Markdown."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

Sources = dict[str, str | bytes]  # what Sphinx reads: contents by path

_CODE_OR_STRONG = re.compile(r"`[^`]+`|(?<![\w*])\*\*(?=[^\s*]).+?(?<=[^\s*])\*\*(?![\w*])")
_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>$|~#{}&])")
_PAPER = re.compile(r"(?<![\[\w])arXiv:(\d{4}\.\d{4,5})")


def render(page: str, **values: Any) -> str:
    """The template of a page filled in."""
    return _environment().get_template(page).render(**values)


def escaped(text: str) -> str:
    """A sentence of a table as Markdown: `code` and **bold** are what they look like, and nothing else is."""
    said, done, text = "", 0, " ".join(text.split())
    for found in _CODE_OR_STRONG.finditer(text):
        said += _MEANS_SOMETHING.sub(r"\\\1", text[done : found.start()]) + found.group()
        done = found.end()
    return said + _MEANS_SOMETHING.sub(r"\\\1", text[done:])


def with_links(text: str) -> str:
    """Prose in which the number of a paper leads to it."""
    return _PAPER.sub(r"[arXiv:\1](https://arxiv.org/abs/\1)", text)


def slug(name: str) -> str:
    """A name as it stands in an address."""
    return name.replace("_", "-")


def exercise_anchor(exercise: str) -> str:
    return f"exercise-{slug(exercise)}"


def prose_anchor(lesson_id: str, cell_id: str) -> str:
    """Where a cell of prose begins."""
    return f"prose-{slug(lesson_id)}-{cell_id}"


def mistake_anchor(misconception: str) -> str:
    return f"mistake-{misconception}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=False,  # pages are Markdown; what comes from tables goes through `escaped`
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["escaped"] = escaped
    environment.globals.update(
        exercise_anchor=exercise_anchor, mistake_anchor=mistake_anchor, prose_anchor=prose_anchor
    )
    return environment
