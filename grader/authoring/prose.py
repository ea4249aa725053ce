"""Whether a lesson's prose renders as it was meant, and answers what it asks.

Notebooks, editors and the site have a Markdown parser each. What is refused here is what they render differently, or
what none of them renders as the text reads in the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.course.script import Cell, cell_ids

TROUBLE, PREDICTION, ANSWER = "when it goes wrong", "predict first", "answer"
_LISTS = ("bullet_list", "ordered_list")
_NUMBER = re.compile(r"\d+[.)](\s|$)")
_BULLET = re.compile(r"[-+*•]\s")
_PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)


@dataclass(frozen=True)
class _Prose:
    cell: Cell
    id: str
    tree: SyntaxTreeNode


@dataclass
class _Folds(HTMLParser):
    """The `<details>` of a piece of HTML: how many stay open, what their summaries say, whether raw text follows."""

    open: int = 0
    summaries: list[str] = field(default_factory=list)
    swallowed: bool = False
    _in_summary: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open += tag == "details"
        if tag == "summary":
            self._in_summary = True
            self.summaries.append("")

    def handle_endtag(self, tag: str) -> None:
        self.open -= tag == "details"
        self._in_summary = self._in_summary and tag != "summary"

    def handle_data(self, data: str) -> None:
        if self._in_summary:
            self.summaries[-1] += data
        elif self.open > 0 and data.strip():
            self.swallowed = True


def badly_rendered(cells: list[Cell]) -> list[str]:
    """A line for each place in the prose of `cells` that will not be read as it was meant; it says what to do."""
    ids = dict(zip(cell_ids(cells), cells, strict=True))
    texts = [_Prose(cell, name, _tree(cell.source)) for name, cell in ids.items() if not cell.is_code]
    found = [f"cell {text.id}: {flaw}" for text in texts for flaw in flaws(text.cell.source)]
    return [*found, *_skipped_levels(texts), *_unanswered(ids, {text.id: text for text in texts})]


def _tree(source: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_PARSER.parse(source))


def flaws(source: str) -> Iterator[str]:
    """What is wrong within one cell of prose."""
    tree = _tree(source)
    for node in tree.walk():
        if _lead(node) == TROUBLE and not _is_list(node.next_sibling):
            yield '"When it goes wrong" is not a list: leave an empty line after it, then write "- *symptom* → cause"'
        if node.type == "paragraph":
            yield from _markers_in(node)
        if node.type in _LISTS:
            yield from _unintended(node)
    folds = _folds(tree)
    if folds.open:
        yield f"<details> and </details> do not pair: {'close' if folds.open > 0 else 'open'} each one in this cell"
    if folds.swallowed:
        yield "Markdown right after </summary> is shown as it stands: leave an empty line before it"


def _markers_in(paragraph: SyntaxTreeNode) -> Iterator[str]:
    """Inner lines that some parser takes for items of a list."""
    for line in map(str.strip, _content(paragraph).split("\n")[1:]):
        if _NUMBER.match(line):
            yield f'a line of a paragraph begins with a number, "{line[:30]}": break the line elsewhere'
        elif _BULLET.match(line):
            yield f'a list marker inside a paragraph, "{line[:30]}": leave an empty line before the list'


def _unintended(items: SyntaxTreeNode) -> Iterator[str]:
    """A list that begins in the middle of a paragraph, or in the middle of counting."""
    before = items.previous_sibling
    first = _content(next(iter(items.children[0].walk())))[:30] if items.children else ""
    follows = before is not None and before.type == "paragraph" and _lines(before)[1] == _lines(items)[0]
    nested = items.parent is not None and items.parent.type == "list_item"
    if follows and not (nested and len(items.children) > 1):
        yield f'a paragraph runs into a list at "{first}": leave an empty line before it, or break the line elsewhere'
    elif _start(items) not in (1, _continued(items)):
        yield f'a list begins with {_start(items)}, "{first}": break the line elsewhere'


def _start(items: SyntaxTreeNode) -> int:
    return int(items.attrs.get("start", 1))


def _continued(items: SyntaxTreeNode) -> int:
    """The number with which a list goes on counting where the last one of this cell stopped."""
    lists = [node for node in items.siblings if node.type == "ordered_list"]
    before = lists[: lists.index(items)] if items in lists else []
    return _start(before[-1]) + len(before[-1].children) if before else 1


def _skipped_levels(texts: list[_Prose]) -> Iterator[str]:
    level = 0
    for text in texts:
        for node in text.tree.walk():
            if node.type == "heading":
                deeper = int(node.tag[1:])
                if deeper > level + 1:
                    yield (
                        f'cell {text.id}: the heading "{_content(node)}" has level {deeper} after level {level}: '
                        f"write {'#' * (level + 1)}"
                    )
                if text.cell.kind != "answers":  # students do not get these
                    level = deeper


def _unanswered(cells: dict[str, Cell], texts: dict[str, _Prose]) -> Iterator[str]:
    """Predictions that no demo shows and no folded answer explains before the next prediction."""
    waiting: list[str] = []
    shown = False
    for name, cell in cells.items():
        shown = shown or cell.kind == "demo"
        for node in texts[name].tree.walk() if cell.kind == "markdown" else ():
            if _lead(node) == PREDICTION:
                yield from waiting
                waiting, shown = [_without_answer(name)], False
            elif shown and any(summary.lower().startswith(ANSWER) for summary in _folds(node, deep=False).summaries):
                waiting = []
    yield from waiting


def _without_answer(name: str) -> str:
    return (
        f'cell {name}: "Predict first" has no answer: after the demo that shows it, and before the next prediction, '
        "fold one in <details><summary>Answer</summary> … </details>"
    )


def _lead(node: SyntaxTreeNode) -> str:
    """What a heading says, or the bold words that open a paragraph like one, in lower case without the full stop."""
    if node.type == "heading":
        return _plain(_content(node))
    inline = node.children[0].children if node.type == "paragraph" else []
    parts = [part for part in inline if part.type != "text" or part.content]
    if not parts or parts[0].type != "strong":
        return ""
    words = " ".join(leaf.content for leaf in parts[0].walk() if leaf.type == "text")
    return _plain(words) if len(parts) == 1 or words.endswith((".", ":", "?")) else ""


def _plain(words: str) -> str:
    return words.strip().rstrip(".:?").lower()


def _content(node: SyntaxTreeNode) -> str:
    """The source of the first text in this node."""
    return next((leaf.content for leaf in node.walk() if leaf.type == "inline"), "")


def _is_list(node: SyntaxTreeNode | None) -> bool:
    return node is not None and node.type in _LISTS


def _lines(node: SyntaxTreeNode) -> tuple[int, int]:
    return node.map or (-1, -2)


def _folds(node: SyntaxTreeNode, deep: bool = True) -> _Folds:
    folds = _Folds()
    for part in node.walk() if deep else [node]:
        if part.type in ("html_block", "html_inline"):
            folds.feed(part.content)
    return folds
