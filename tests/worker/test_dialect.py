"""IPython's syntax becomes Python: nothing but that, on the same lines, in a time that grows with the text."""

from __future__ import annotations

import multiprocessing
import random
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from types import FrameType

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.worker import dialect
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


class Counted:
    """A pattern that counts the characters that it is given."""

    def __init__(self, pattern: re.Pattern[str], seen: list[int]) -> None:
        self._pattern, self._seen = pattern, seen

    def __getattr__(self, name: str) -> Callable[[str], object]:
        def use(text: str) -> object:
            self._seen.append(len(text))
            return getattr(self._pattern, name)(text)

        return use


def counted(call: Callable[..., list[str]], seen: list[int]) -> Callable[..., list[str]]:
    def use(piece: list[str], *rest: int) -> list[str]:
        seen.append(sum(map(len, piece)))
        return call(piece, *rest)

    return use


def work(text: str) -> int:
    """How many lines of the module run for a text, and characters that its patterns and IPython's are given."""
    seen: list[int] = []

    def trace(frame: FrameType, event: str, argument: object) -> object:
        if frame.f_code.co_filename != dialect.__file__:
            return None
        seen.append(1)
        return trace

    before = sys.gettrace()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dialect, "_MAX_LINE", 50)  # so that short texts are long beside it
        for name, pattern in PATTERNS.items():
            patched.setattr(dialect, name, Counted(pattern, seen))
        for name in ("_escaped", "_call"):
            patched.setattr(dialect, name, counted(getattr(dialect, name), seen))
        sys.settrace(trace)
        try:
            as_python(text)
        finally:
            sys.settrace(before)
    return sum(seen)


PATTERNS = {name: one for name, one in vars(dialect).items() if isinstance(one, re.Pattern)}
LINES = (
    *("!a\n", "a=!b\n", "a?\n", "'\\", "a" * 40 + " b?\n", "\n", " ?", "x = '''\n", "(\n!", "!a\\\n", "!\\\n"),
    *("#\\\n", "x#\\\n", "%x#\\\n", "'#\\\n", "/ #\\\n", "x=!a#\\\n", "#?\\\n", "x#\\\n!a\\\n", " #!\\\n"),
)


ENDS = ("", "%x\n", "?\n", "x")


def of_size(size: int, line: str, end: str) -> str:
    return line * (size // len(line)) + end


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    """The work for each text, in a new process: where torch has compiled, a trace function makes Python hang."""
    texts = [of_size(size, line, end) for size in (2**9, 2**11) for line in LINES for end in ENDS]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return dict(zip(texts, pool.map(work, texts), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("line", LINES)
def test_work_grows_with_the_length_of_a_text_and_no_faster(counts: dict[str, int], line: str, end: str) -> None:
    short, long = (counts[of_size(size, line, end)] for size in (2**9, 2**11))
    assert 0 < long < 6 * short


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_shares_characters_out_between_two_repeats(name: str) -> None:
    """It would try each way to do so, which takes the square of their number."""
    parts = list(re._parser.parse(PATTERNS[name].pattern))  # type: ignore[attr-defined]
    taken = [_repeated(*part) for part in parts]
    assert not any(one & other for one, other in pairwise(taken))


def _repeated(kind: object, what: object) -> set[str]:
    """The characters, of some, that a part of a pattern takes any number of; none if it is no repeat."""
    match what:
        case (int(), most, inner) if str(kind) == "MAX_REPEAT" and most != 1:
            pattern = re._compiler.compile(inner)  # type: ignore[attr-defined]
            return {char for char in " \t\nax#%?" if pattern.fullmatch(char)}
    return set()


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
