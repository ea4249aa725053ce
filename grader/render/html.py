"""The HTML templates and the two things they share: escaping, and the Markdown of sentences."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.render.view import SYMBOLS, WORDS, counted


def render(template: str, **values: Any) -> str:
    """The template filled in; everything that is not Markup is escaped."""
    return _environment().get_template(template).render(**values)


_MARKDOWN = re.compile(r"`([^`]+)`|(?<![\w*])\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*(?![\w*])")


def prose(text: str) -> Markup:
    """A sentence, escaped, with what stands in `backticks` set as code, and what is **so** as important."""
    said, done, text = Markup(""), 0, " ".join(text.split())
    for found in _MARKDOWN.finditer(text):
        code, strong = found.groups()
        said += text[done : found.start()]
        said += Markup("<code>{}</code>").format(code) if code else Markup("<strong>{}</strong>").format(prose(strong))
        done = found.end()
    return said + text[done:]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["prose"] = prose
    environment.globals.update(symbols=SYMBOLS, words=WORDS, counted=counted)
    return environment
