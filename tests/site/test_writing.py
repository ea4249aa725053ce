"""Sentences of tables become Markdown that shows what they say."""

import pytest
from markdown_it import MarkdownIt

from grader.site.writing import escaped, with_links

PLAIN = "2 * 3 * 4 < 5, a_b_c, [x](y), $p$, |x|, ~~no~~, #1, a \\ b and {role}"


def test_nothing_but_code_and_bold_has_a_meaning():
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).renderInline(escaped(PLAIN))
    assert shown == PLAIN.replace("<", "&lt;")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`log_var * 2` and **so *it* is**", "<code>log_var * 2</code> and <strong>so <em>it</em> is</strong>"),
        ("two\n   lines", "two lines"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
    ],
)
def test_code_and_bold_stay(text, html):
    assert MarkdownIt("commonmark").renderInline(escaped(text)) == html


def test_numbers_of_papers_become_links_once():
    linked = "[arXiv:1312.6114](https://arxiv.org/abs/1312.6114)"
    assert with_links("Kingma, arXiv:1312.6114.") == f"Kingma, {linked}."
    assert with_links(linked) == linked
