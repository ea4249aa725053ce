"""IPython's syntax becomes Python: nothing but that, on the same lines, in a time that grows with the text."""

from __future__ import annotations

import random
import time

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.worker.dialect import as_python, unwrapped

CELLS = (
    "x = 1\n%time y = 2\n",
    "files = !ls\n",
    "a, b = !ls {x}\nc = %env A\nd['='] = !ls\n",
    "torch.log?\n?torch\ntorch.nn??\n%time?\n*rand*?\n",
    "if x:\n    !ls\n  # why?\n    %cd a\nelse:\n    pass\n",
    'def f():\n    """What?\n!no\n"""\n    return [\n1\n% 2]\n!echo "(it\'s\nx = 1\n',
    "a = (1\n  % 2)\n!ls\n",
    "s = 'a?\\\nb?'\n!ls\n",
    "/print 1\n,print a b\n;print a b\n",
    "%%time\nx = !ls\n",
    ">>> x = 1\n>>> def f():\n...     return 1\n",
    "In [1]: x = 1\n   ...: y = 2\n",
    "    x = 1\n    !ls\n",
    "def f(:\n!ls\n",
    "x = [1\n!ls\n",
    "",
)


@pytest.mark.parametrize("cell", CELLS)
def test_it_is_what_ipython_makes_of_it(cell: str) -> None:
    ours, its = as_python(cell), TransformerManager().transform_cell(cell)
    assert [line for line in ours.split("\n") if line] == [line for line in its.split("\n") if line]
    assert ours.count("\n") == cell.count("\n")


@pytest.mark.parametrize("cell", ["x = 1", "y = a % b\n", "ls = 3", "cd(x)", "time (3)", "# why?\nx = '!ls'"])
def test_python_stays_as_it_is(cell: str) -> None:
    assert as_python(cell).rstrip("\n") == cell.rstrip("\n")


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out\n%%time\nx = 1", "\n\n\nx = 1"),
        ("%%writefile a.py\nx = 1", ""),
        ("%%script false --no-raise-error\nx = 1", ""),
        ("x = 1\n%%time\n", "x = 1\n%%time\n"),
    ],
)
def test_a_cell_magic_decides_what_is_python(cell: str, left: str) -> None:
    assert unwrapped(cell) == left


@pytest.mark.parametrize(
    "line", ["!a\n", "a=!b\n", "a?\n", "'\\", "a" * 480 + " b?\n", "\n", " ?", "x = '''\n", "(\n!"]
)
def test_no_text_takes_long(line: str) -> None:
    """Twice as long a text takes about twice as long, as far as that can be told where other processes work."""
    text = line * (2**15 // len(line))
    start = time.process_time()
    as_python(text)
    assert time.process_time() - start < 20


PIECES = (
    *(
        "!",
        "%",
        "%%",
        "?",
        "??",
        "=",
        "x",
        " ",
        "\n",
        "\\\n",
        "'",
        '"""',
        "(",
        ")",
        "#",
        "\t",
        ">>> ",
        "In [1]: ",
        "def f():\n",
    ),
    *("    ", "\x0c", "\u2028", "\0", "\ud800", "\r", "...", "/", ",", ";", "0x", "f'{", "`", "$x", "1_", "%%time\n"),
)


def lines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").count("\n")


def test_no_text_does_harm() -> None:
    """Whatever is in a cell: no exception, and as many lines as before."""
    draw = random.Random(0)
    for _ in range(3_000):
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 40)))
        assert lines(as_python(text)) == lines(text)
        left = unwrapped(text)
        assert lines(as_python(left)) == lines(left)
