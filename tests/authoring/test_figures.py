"""Figures in prose have to be printed, or to have a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.figures import problems

PRINTED = "1.50 nats, then 0.125"


@pytest.mark.parametrize(
    ("prose", "unprinted"),
    [
        ("It costs 1.50 nats, 1.5 nats, or 0.12", []),
        ("It costs 1.51 nats", ["1.51"]),
        ("It costs 0.1250 nats", []),
        ("It costs 0.1251 nats", ["0.1251"]),
        (r"$\log 2 = 0.69$ and $\pi \approx 3.14$", []),
        ("arXiv:1312.6114, version 2.13.0, at 12:30.5", []),
        ("a table | 7.5 | 8.5 |", ["7.5"]),
    ],
)
def test_every_figure_is_printed_or_has_a_source(tmp_path: Path, prose: str, unprinted: list[str]) -> None:
    sources = tmp_path / "figures.toml"
    sources.write_text('["01_halves"]\n"a paper" = ["8.5"]\n')
    found = problems(notebook(prose), sources, "01_halves")
    told = [line.split()[5].rstrip(";") for line in found if "no cell prints" in line]
    assert told == unprinted
    assert [line for line in found if "needs a source" in line] == (
        [] if "8.5" in prose else ["figures.toml: the prose has no 8.5 that needs a source"]
    )


def notebook(prose: str):
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    printed = new_output("stream", name="stdout", text=PRINTED)
    aside = new_markdown_cell("9.99", metadata={"tags": ["answers"]})
    return new_notebook(cells=[new_markdown_cell(prose), aside, new_code_cell("1", outputs=[printed])])
