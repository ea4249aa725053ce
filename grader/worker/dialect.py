"""IPython's own syntax as Python: `%magic`, `%%magic`, `!command`, `name?`, prompts, cells that are indented.

IPython does this by reading a cell once more for each line that it has changed. Here a line is looked at once, by the
same transformers, so that the time for a text, whoever wrote it, grows no faster than its length.
"""

from __future__ import annotations

import re
import tokenize
from typing import Any

RUNS_ITS_BODY = ("time", "timeit", "capture", "prun")  # of cell magics: what follows them is Python of the notebook
_MAX_LINE = (
    500  # characters of a line that IPython's transformers look through; those that begin with %, ! or ? may be longer
)
_OWN = re.compile(r"^[ \t]*[%!?/,;]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
_ESCAPED = re.compile(r"[ \t]*([%!?/,;])(?!(?s:.*)\?\s*$)")  # not `%magic?`, which asks for help
_PROMPT_OR_INDENT = re.compile(r"\A(?:[ \t]*\n)*[ \t]+\S|^[ \t]*(?:>>>|In \[\d+\]:)", re.MULTILINE)
_COMMAND = r"cd|ls|mkdir|rmdir|rm|cp|mv|cat|pip|conda|run|time|timeit|env"
_AUTOMAGIC = re.compile(rf"\s*(?:{_COMMAND})[ \t]+[^\s=(].*\s*")
_NO_CODE = re.compile(r"\s*(?:#.*)?\n?")


def as_python(source: str) -> str:
    """The cell with calls on `get_ipython()` for what is not Python; line numbers stay."""
    if _AUTOMAGIC.fullmatch(source) and not _is_python(source):
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
    """Gives lines to a tokenizer; those that are IPython's own have been translated before it sees them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.begins = True  # whether the next line begins a statement
        self._next = 0

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
        """The next line, with those that continue it after a backslash."""
        end = self._next + 1
        while end < len(self.lines) and self.lines[end - 1].endswith("\\\n"):
            end += 1
        piece = self.lines[self._next : end]
        if _OWN.search("".join(piece)):
            new = _call(piece)
            self.lines[self._next : end] = new + ["\n"] * (len(piece) - len(new))


def _call(piece: list[str]) -> list[str]:
    from IPython.core.inputtransformer2 import EscapedCommand, TransformerManager

    text = "".join(piece)
    try:
        if escaped := _ESCAPED.match(text):
            return EscapedCommand((1, escaped.start(1))).transform(piece)
        return TransformerManager().do_one_token_transform(piece)[1] if len(text) <= _MAX_LINE else piece
    except Exception:  # a text that IPython cannot read either: of some it says so with an IndexError
        return piece
