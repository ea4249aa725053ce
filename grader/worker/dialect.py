"""IPython's own syntax as Python: `%magic`, `%%magic`, `!command`, `name?`, prompts, cells that are indented.

IPython does this by reading a cell once more for each line that it has changed. Here a line is looked at once, by the
same transformers, so that the time for a text, whoever wrote it, grows no faster than its length.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Callable
from typing import Any

RUNS_ITS_BODY = ("time", "timeit", "capture", "prun")  # of cell magics: what follows them is Python of the notebook
_MAX_LINE = (
    500  # characters of a line that IPython's transformers look through; those that begin with %, ! or ? may be longer
)
_OWN = re.compile(r"^[ \t]*[%!?/,;]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
_ESCAPE = re.compile(r"[ \t]*([%!?/,;])")
_PROMPT_OR_INDENT = re.compile(r"\A(?:[ \t]*\n)*[ \t]+\S|^[ \t]*(?:>>>|In \[\d+\]:)", re.MULTILINE)
_COMMAND = r"cd|ls|mkdir|rmdir|rm|cp|mv|cat|pip|conda|run|time|timeit|env"
_AUTOMAGIC = re.compile(rf"(?:{_COMMAND})[ \t]+[^\s=(].*")
_NO_CODE = re.compile(r"\s*(?:#.*)?\n?")


def as_python(source: str) -> str:
    """The cell with calls on `get_ipython()` for what is not Python; line numbers stay."""
    if _AUTOMAGIC.fullmatch(source.strip()) and not _is_python(source):
        source = "%" + source.lstrip()
    if not _OWN.search(source) and not _PROMPT_OR_INDENT.search(source):
        return source
    empty, lines = _cleaned(source)
    whole = _as_cell_magic(lines)
    return empty * "\n" + "".join(whole or _translated(lines))


def count_own(source: str) -> int:
    """In how many places a text may have IPython's own syntax."""
    return sum(1 for _ in _OWN.finditer(source))


def unwrapped(source: str) -> str:
    """What of a cell is Python of the notebook: without magics that run it, and nothing if one makes it something else.

    Line numbers stay.
    """
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("%%"):
            if re.split(r"\s", line[2:], maxsplit=1)[0] not in RUNS_ITS_BODY:
                return ""
            lines[number] = ""
        elif line.strip():
            break
    return "\n".join(lines)


def _is_python(line: str) -> bool:
    try:
        compile(line[:_MAX_LINE], "<line>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _cleaned(source: str) -> tuple[int, list[str]]:
    """How many lines are empty before the first, and the lines from there, without prompts and common indentation."""
    from IPython.core.inputtransformer2 import TransformerManager, leading_empty_lines

    text = source.replace("\r\n", "\n").replace("\r", "\n")
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    kept = leading_empty_lines(lines)
    empty = len(lines) - len(kept)
    transforms: list[Any] = TransformerManager().cleanup_transforms
    for transform in transforms:
        if transform is not leading_empty_lines:
            kept = transform(kept)
    return empty, [f"{line}\n" for line in "".join(kept).removesuffix("\n").split("\n")]


def _as_cell_magic(lines: list[str]) -> list[str]:
    """The call that a cell is which begins with `%%magic`; nothing for other cells."""
    from IPython.core.inputtransformer2 import cell_magic

    call = cell_magic(lines)
    return [] if call is lines else call + ["\n"] * (len(lines) - len(call))


def _translated(lines: list[str]) -> list[str]:
    """The lines of a cell, each statement of IPython's own as a call.

    The tokenizer asks for one line after another; whether a statement begins there is known from its tokens so far.
    What comes after something that it cannot read is left as it is.
    """
    reader = _Reader(lines)
    try:
        for token in tokenize.generate_tokens(reader.readline):
            if token.type == tokenize.NEWLINE:
                reader.begins = True
            elif token.type == tokenize.ERRORTOKEN and token.string.strip():
                break
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        pass
    return reader.lines


class _Reader:
    """Gives lines to a tokenizer; those that are IPython's own have been translated before it sees them.

    A piece is a line with those that continue it after a backslash. Where the tokenizer finds that the backslash was in
    a comment, the next statement begins within the piece. So that each line is read a few times at most, however many
    do so, it is remembered where the run of continued lines ends, and up to where nothing was found in it.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.begins = True  # whether the next line begins a statement
        self._next = 0
        self._end = 0
        self._plain = self._refused = 0

    def readline(self) -> str:
        if self._next >= len(self.lines):
            return ""
        if self.begins:
            self._translate()
        line = self.lines[self._next]
        self._next += 1
        self.begins = self.begins and _NO_CODE.fullmatch(line) is not None
        return line

    def _translate(self) -> None:
        """The piece that begins with the next line."""
        self._find_end()
        if (escape := _ESCAPE.match(self.lines[self._next])) and not self._asks_for_help(escape.end()):
            if self._next >= self._refused and not self._replaced(lambda piece: _escaped(piece, escape.start(1))):
                self._refused = self._end
        elif self._next >= self._plain and self._is_short() and not self._replaced(_call):
            self._plain = self._end

    def _find_end(self) -> None:
        if self._end <= self._next:
            self._end = self._next + 1
            while self._end < len(self.lines) and self.lines[self._end - 1].endswith("\\\n"):
                self._end += 1

    def _asks_for_help(self, start: int) -> bool:
        """Whether the piece is `%magic?`; `start` is behind its first sign."""
        last = self._end - 1
        return self.lines[last][start if last == self._next else 0 :].rstrip().endswith("?")

    def _is_short(self) -> bool:
        size = 0
        for number in range(self._next, self._end):
            size += len(self.lines[number])
            if size > _MAX_LINE:
                return False
        return True

    def _replaced(self, call: Callable[[list[str]], list[str]]) -> bool:
        """Whether the piece was anything for `call`, which then stands in its place."""
        piece = self.lines[self._next : self._end]
        new = call(piece) if _OWN.search("".join(piece)) else piece
        if new == piece:
            return False
        self.lines[self._next : self._end] = new + ["\n"] * (len(piece) - len(new))
        self._end = 0
        return True


def _escaped(piece: list[str], column: int) -> list[str]:
    """`%magic`, `!command` and their like, which begin there."""
    from IPython.core.inputtransformer2 import EscapedCommand

    try:
        return EscapedCommand((1, column)).transform(piece)
    except Exception:  # a text that IPython cannot read either: of some it says so with an IndexError
        return piece


def _call(piece: list[str]) -> list[str]:
    """What is IPython's own elsewhere in a line: `x = !command`, `name?`."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().do_one_token_transform(piece)[1]
    except Exception:
        return piece
