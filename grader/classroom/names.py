"""Students' names as they come: made safe as file names, one each; found where they are mistyped; listed."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

MAX_BYTES = 120
_UNFIT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidirectional overrides, lone surrogates …
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')  # what one file system or another refuses
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # devices on Windows


def safe_name(raw: str) -> str:
    """`raw` as the name of one file or folder on any system: visible characters, at most 120 bytes."""
    text = unicodedata.normalize("NFC", raw)
    text = "".join("_" if unicodedata.category(char) in _UNFIT else char for char in text)
    text = _FORBIDDEN.sub("_", text).strip().strip(".").strip()
    text = _cut(text, MAX_BYTES)
    if not text:
        return "unnamed"
    return f"_{text}" if _RESERVED.fullmatch(text) else text


def with_suffix(name: str, suffix: str) -> str:
    """`name` with `suffix` behind it as a safe name; `name` is cut where that is too long."""
    suffix = _cut(suffix, MAX_BYTES // 2)
    return safe_name(_cut(name, MAX_BYTES - len(suffix.encode("utf-8", "replace"))) + suffix)


def unique_names(raws: Iterable[str]) -> dict[str, str]:
    """A safe name for each different raw name; no two alike, even where upper and lower case are the same.

    A raw name that is safe already keeps it, unless another one that is safe too differs in case only; what
    had to be changed and then meets another name gets a few digits of its own hash.
    """
    wanted = {raw: safe_name(raw) for raw in sorted(set(raws), key=ascii)}
    exact = Counter(_same(name) for raw, name in wanted.items() if raw == name)
    every = Counter(_same(name) for name in wanted.values())
    keeps = {
        raw for raw, name in wanted.items() if every[_same(name)] == 1 or (raw == name and exact[_same(name)] == 1)
    }
    taken = {_same(wanted[raw]) for raw in keeps}
    for raw in wanted.keys() - keeps:
        wanted[raw] = _with_hash(wanted[raw], raw, taken)
    return wanted


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that names up to three of those that are known, with a blank before it; "" if none is alike."""
    names = {name.casefold(): name for name in sorted(known)}
    word = word.casefold()
    parts = [name for name in names if word and word in name]
    close = dict.fromkeys([*difflib.get_close_matches(word, names, n=3), *parts])
    return f" Did you mean: {', '.join([names[name] for name in close][:3])}?" if close else ""


def some(names: Sequence[str], most: int = 5) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def _with_hash(name: str, raw: str, taken: set[str]) -> str:
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    for length in range(6, 65):
        candidate = f"{_cut(name, MAX_BYTES - length - 1)}-{digest[:length]}"
        if _same(candidate) not in taken:
            break
    taken.add(_same(candidate))
    return candidate


def _same(name: str) -> str:
    """What a file system that ignores case, or the form of accents, makes of `name`."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(text: str, size: int) -> str:
    """The beginning of `text`, at most `size` bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore").rstrip(" .")
