"""What a submission may use before it is stopped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

MIB = 2**20

# What Python or PyTorch raises when the kernel refuses, and what was refused.
_REFUSALS = (
    (r"^\w*MemoryError|allocate memory|\[Errno 12\]", "has {memory_bytes} of memory"),
    (r"\[Errno 27\]", "may write files of up to {file_bytes}"),
    (r"\[Errno 24\]", "may have {open_files} files open"),
    (r"can't start new thread", "may have {threads} threads, and no other process"),
    (
        r"did not run\)$",
        "can start no other programs: of commands, those that list, make, copy, move and remove files are done",
    ),
    (
        r"^FileNotFoundError",
        "has the course's data and the files that it has written itself: nothing but the notebook is handed in",
    ),
    (
        r"^PermissionError|name resolution|NameResolution|Name or service|urlopen error|shared memory",
        "can use neither the network nor other programs or processes, and no files but the course's data and its own",
    ),
    (
        r"^ModuleNotFoundError",
        "finds the course's packages, and no modules but those that it has written itself",
    ),
)


def _limit(default: float, what: str) -> Any:
    return field(default=default, metadata={"what": what})


@dataclass(frozen=True)
class Limits:
    """Limits for one submission. Time spent waiting on a busy machine does not count towards `cell_seconds`."""

    cell_seconds: float = _limit(60.0, "seconds for one cell, and the most for one call")
    total_seconds: float = _limit(600.0, "seconds for the whole submission")
    cpu_seconds: int = _limit(300, "seconds of processor time")
    memory_bytes: int = _limit(4096 * MIB, "address space")
    scratch_bytes: int = _limit(256 * MIB, "total size of its files")
    scratch_files: int = _limit(10_000, "number of its files")
    file_bytes: int = _limit(64 * MIB, "size of one file")
    written_bytes: int = _limit(2048 * MIB, "total ever written, to files or as output, even if deleted since")
    open_files: int = _limit(64, "files open at once")
    threads: int = _limit(64, "threads, of which half may outlive a cell (no other processes are allowed)")

    def behind(self, kind: str, message: str) -> str:
        """Which limit an exception comes from, in words for the student; "" if from none."""
        shown = {entry.name: _shown(getattr(self, entry.name)).replace("MiB", " MiB") for entry in fields(self)}
        for pattern, said in _REFUSALS:
            if re.search(pattern, f"{kind}: {message}"):
                return f"while it is graded, a notebook {said.format(**shown)}"
        return ""


def described() -> list[str]:
    """A line for each limit: its name, its default and what it is."""
    return [f"{entry.name}={_shown(entry.default)}: {entry.metadata['what']}" for entry in fields(Limits)]


def changed(settings: Iterable[str]) -> Limits:
    """The default limits, changed by `settings` such as "cell_seconds=120" or "memory_bytes=2048MiB".

    ValueError with a sentence if a setting is not of that form.
    """
    kinds: dict[str, Any] = {entry.name: type(entry.default) for entry in fields(Limits)}
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)(MiB)?", value.strip())
        if name not in kinds:
            raise ValueError(f"There is no limit {name!r}. The limits are: {', '.join(kinds)}.")
        if found and (not found[2] or name.endswith("_bytes")):
            values[name] = kinds[name](float(found[1]) * (MIB if found[2] else 1))
        if not values.get(name):
            raise ValueError(f"{setting!r} is not valid. Give a number, as in {name}={_shown(getattr(Limits, name))}.")
    return Limits(**values)


def _shown(value: Any) -> str:
    return f"{value // MIB}MiB" if isinstance(value, int) and value >= MIB else f"{value:g}"
