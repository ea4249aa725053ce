"""Text that a submission may have written, made fit to be shown: no control characters, no absurd lengths."""

import re
import unicodedata

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\n\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC and its like: window titles, links
    r"|\x1b[^\n]?"
)
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidirectional overrides, lone surrogates …
_HALVES = re.compile("[\ud800-\udfff]")  # as in "\\ud83d" without the "\\ude00" that belongs to it
_MAX_MARKS = 3  # combining marks on one character; more of them paint over the neighbouring lines


def clean(text: str, limit: int = 4000) -> str:
    """`text` without escapes and invisible characters, at most `limit` characters, newlines kept."""
    text = text[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    kept: list[str] = []
    marks = 0
    for char in _ESCAPES.sub("", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category.startswith("M") else 0
        if (char == "\n" or category not in _HIDDEN) and marks <= _MAX_MARKS:
            kept.append(char)
    return shorten("".join(kept).strip("\n"), limit)


def whole_characters(text: str) -> str:
    """`text` with a sign of replacement for each half of a character, which no file can hold."""
    return _HALVES.sub("\ufffd", text)


def one_line(text: str, limit: int = 300) -> str:
    """`text` on one line, runs of white space collapsed, at most `limit` characters."""
    return shorten(" ".join(clean(text, 4 * limit).split()), limit)


def shorten(text: str, limit: int) -> str:
    """`text` if it has at most `limit` characters, else its first words (half of that at least) and an ellipsis."""
    if len(text) <= limit:
        return text
    words = re.match(rf"(?s).{{{limit // 2},{limit - 1}}}(?=\s)", text)
    return (words.group() if words else text[: limit - 1]).rstrip() + "…"


def lines(text: str, most: int = 16, width: int = 240) -> tuple[str, ...]:
    """The lines of `text`, each at most `width` long; of more than `most` the middle is left out."""
    rows = text.strip("\r\n").splitlines()
    if len(rows) > most:
        head = most // 2
        tail = most - head - 1
        rows[head:-tail] = [f"… {len(rows) - head - tail} lines left out …"]
    return tuple(clean(row, width).rstrip() for row in rows)
