"""The HTML templates and the two things they share: escaping, and `code` in sentences."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.render.view import SYMBOLS, WORDS


def render(template: str, **values: Any) -> str:
    """The template filled in; everything that is not Markup is escaped."""
    return _environment().get_template(template).render(**values)


def prose(text: str) -> Markup:
    """A sentence, escaped, with what stands in `backticks` set as code."""
    parts = re.split(r"`([^`]+)`", " ".join(text.split()))
    parts[1::2] = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
    return Markup("").join(parts)


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
    environment.globals.update(symbols=SYMBOLS, words=WORDS)
    return environment
