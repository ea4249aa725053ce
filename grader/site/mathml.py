"""A Sphinx extension: formulas become MathML while the site is built, so that no page needs a script to show them."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

_log = logging.getLogger(__name__)
# TeX sets a function apart from what it is a function of; latex2mathml leaves that to us.
_FUNCTION = r"\\(?:log|ln|exp|min|max)(?![A-Za-z])"
_BEFORE = re.compile(rf"(?<=[\w)}}])\s*(?={_FUNCTION})")
_AFTER = re.compile(rf"({_FUNCTION})\s*(?=[\w\\])(?!\\(?:[,;!|{{]|[bB]igg?|left|lvert|lVert)|_)")


class NotConverted(ValueError):
    """A formula has no MathML; the message says which and why."""


def to_mathml(latex: str, *, display: bool) -> str:
    """The formula as MathML. NotConverted where a command would be shown as it is written, or XML would be broken."""
    try:
        spaced = _AFTER.sub(r"\1\\,", _BEFORE.sub(r"\\,", latex))
        math = convert(spaced, display="block" if display else "inline")
        ElementTree.fromstring(math)
    except Exception as error:  # latex2mathml raises whatever the formula leads to
        raise NotConverted(f"the formula {latex!r} cannot be converted: {error or type(error).__name__}") from None
    if "\\" in math or "<merror" in math:
        raise NotConverted(f"the formula {latex!r} has a command that latex2mathml does not know")
    return math


def setup(app: Any) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(f'<span class="math">{_converted(node, display=False)}</span>')
    raise nodes.SkipNode


def _display(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{_converted(node, display=True)}</div>\n')
    raise nodes.SkipNode


def _converted(node: nodes.Element, *, display: bool) -> str:
    """The formula's MathML; a warning that names the page where there is none, and warnings stop the build."""
    try:
        return to_mathml(node.astext(), display=display)
    except NotConverted as problem:
        _log.warning(str(problem), location=node)
        return ""
