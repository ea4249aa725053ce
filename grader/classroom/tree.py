"""What lies in a folder or an archive, and in the archives in it: entries with their place, and what kind they are.

Names and sizes are the students' to choose. Symbolic links are never followed, and nothing is unpacked under the
name that an archive gives it.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from grader.classroom import CannotGrade
from grader.classroom.unpacking import Archives, Member, Unlisted, Unusable, is_of_this_machine, table_of
from grader.untrusted import shorten

MAX_ENTRIES = 200_000
MAX_DEPTH = 8
MAX_PATH = 4096  # characters of a path in an archive, which may have 65,535
MAX_NESTED = 3  # archives in archives
MAX_SKIPPED = 20  # of one person's: what else does not count is a number

_JUNK = {".ipynb_checkpoints", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_DRIVE = re.compile(r"[A-Za-z]:")

Kind = Literal["file", "folder", "link", "special"]


@dataclass(frozen=True)
class Entry:
    """One file or folder: where it lies below the root, and its path or its place in an archive."""

    parts: tuple[str, ...]
    kind: Kind
    where: Path | Member

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def shown(self) -> str:
        return "/".join(self.parts)

    @property
    def modified(self) -> float:
        """When it was last changed, in seconds; 0 if that is not known."""
        try:
            if isinstance(self.where, Path):
                return self.where.lstat().st_mtime
            return datetime(*self.where.info.date_time).timestamp()
        except (OSError, ValueError, OverflowError):
            return 0.0


@dataclass(frozen=True)
class Skipped:
    """Something that is not a submission, and why."""

    name: str
    reason: str


def some_skipped(items: Iterable[Skipped], whose: Callable[[Skipped], Hashable]) -> list[Skipped]:
    """The first of each person's, and one more that says how many are left out."""
    groups: dict[Hashable, list[Skipped]] = defaultdict(list)
    for item in items:
        groups[whose(item)].append(item)
    kept: list[Skipped] = []
    for group in groups.values():
        kept += group[:MAX_SKIPPED]
        if more := group[MAX_SKIPPED:]:
            kept.append(Skipped(more[0].name, f"is one of {len(more):,} more that do not count and are not listed"))
    return kept


@dataclass
class Allowance:
    """What listing may still take: names, bytes of archives in archives, and bytes of the tables of their names.

    Each person has one, whatever the number of archives, and of archives in them. Names are those of files and of the
    folders that their paths make.
    """

    names: int = 10_000
    tables: int = 8 * 2**20  # a table is read before its names can be counted
    unpacked: int = 256 * 2**20


def _of_a_class() -> Allowance:
    return Allowance(MAX_ENTRIES, 256 * 2**20, 4 * 2**30)


Holder = Callable[[tuple[str, ...]], Hashable]


def list_source(
    source: Path, scratch: Path, holder_of: Callable[[list[Entry]], Holder]
) -> tuple[list[Entry], list[Skipped]]:
    """Everything in a folder or an archive, and in the archives in it, each of which counts as a folder.

    scratch: where inner archives are unpacked. holder_of: says of these entries who handed in what lies at a place;
    None for what is the whole class's. CannotGrade if there is nothing that could be listed.
    """
    try:
        entries, skipped = _list_folder(source) if source.is_dir() else _list_archive(source, _of_a_class())
    except FileNotFoundError:
        raise CannotGrade(f"There is no {source}.") from None
    except Unlisted as error:
        raise CannotGrade(f"{source} {error}.") from None
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        what = "a notebook; grade it with `grader check`" if source.suffix == ".ipynb" else "neither folder nor zip"
        raise CannotGrade(f"{source} is {what} ({error}).") from error
    with Archives() as archives:
        inside = _Inside(archives, scratch, holder_of, skipped)
        entries = inside.look(entries, None, MAX_NESTED)
    return entries, some_skipped(skipped, lambda item: inside.holder(tuple(item.name.split("/"))))


@dataclass
class _Inside:
    """Looks into archives in archives, each of them unpacked under a name of our own."""

    archives: Archives
    scratch: Path
    holder_of: Callable[[list[Entry]], Holder]
    skipped: list[Skipped]
    number: int = 0
    holder: Holder = field(init=False)  # of what turned out to be the class

    def look(self, entries: list[Entry], allowance: Allowance | None, nested: int) -> list[Entry]:
        """The entries, with those of archives in place of the archives.

        allowance: None as long as the entries are a whole class's; a single archive can be that class, zipped again.
        """
        if allowance is None:
            self.holder = self.holder_of(entries)
        rooms: dict[Hashable, Allowance] = defaultdict(Allowance)
        listed: list[Entry] = []
        for entry in entries:
            if nested == 0 or entry.kind != "file" or not entry.name.lower().endswith(".zip"):
                listed.append(entry)
                continue
            is_class = allowance is None and self.holder(entry.parts) is None
            own = _of_a_class() if is_class else allowance or rooms[self.holder(entry.parts)]
            try:
                inner = self.look(self._listed(entry, own), None if is_class else own, nested - 1)
                if all(one.kind == "folder" for one in inner):
                    raise Unlisted("holds no file that could count")
            except Unlisted as reason:
                self.skipped.append(Skipped(entry.shown, f"is an archive that {reason}"))
                listed.append(entry)
            else:
                listed += [replace(entry, kind="folder"), *inner]
        return listed

    def _listed(self, entry: Entry, allowance: Allowance) -> list[Entry]:
        """What one archive holds, below its own place. Unlisted if that is more than is allowed, or damaged."""
        if allowance.names <= 0:
            raise Unlisted("comes after too many files")
        path = entry.where
        if isinstance(path, Member):
            self.number += 1
            if path.info.file_size > allowance.unpacked:
                raise Unlisted("unpacks to too many bytes")
            allowance.unpacked -= path.info.file_size
            try:
                path = self.archives.unpack(path, self.scratch / f"{self.number:06d}.zip")
            except Unusable:
                raise Unlisted("cannot be opened") from None
        try:
            inner, skipped = _list_archive(path, allowance)
        except Exception as error:  # damage has many kinds of errors
            if isinstance(error, Unlisted) or is_of_this_machine(error):
                raise
            raise Unlisted("cannot be opened") from None
        self.skipped += [Skipped(f"{entry.shown}/{one.name}", one.reason) for one in skipped]
        return [replace(one, parts=(*entry.parts, *one.parts)) for one in inner]


def content(entry: Entry, most: int = 16 * 2**20) -> bytes:
    """What is in a small file; empty if it cannot be read, or is too large."""
    try:
        if isinstance(entry.where, Path):
            return entry.where.read_bytes() if entry.where.stat().st_size <= most else b""
        with Archives() as archives:
            return b"".join(archives.chunks(entry.where)) if entry.where.info.file_size <= most else b""
    except (OSError, Unusable):
        return b""


def _list_folder(root: Path) -> tuple[list[Entry], list[Skipped]]:
    """Everything below `root`, sorted; what is hidden, or too deep, is skipped."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for entry in _walk(root, ()):
        if len(entries) + len(skipped) >= MAX_ENTRIES:
            tops = Counter(one.parts[0] for one in entries)
            raise CannotGrade(
                f"{root} holds more than {MAX_ENTRIES:,} files, most of them in {tops.most_common(1)[0][0]!r}; move "
                "what is not a submission elsewhere."
            )
        _sort_in(entry, entries, skipped)
    return entries, skipped


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[Entry | Skipped]:
    try:
        with os.scandir(folder) as found:
            children = sorted(found, key=lambda child: os.fsencode(child.name))
    except OSError as error:
        if not above:
            raise CannotGrade(f"{folder} cannot be read: {error.strerror}.") from error
        yield Skipped("/".join(above), f"cannot be read: {error.strerror}")
        return
    for child in children:
        entry = Entry((*above, child.name), _kind(child), Path(child.path))
        yield entry
        if entry.kind != "folder" or child.name.startswith(".") or child.name in _JUNK:
            continue
        if len(entry.parts) >= MAX_DEPTH:
            yield Skipped(entry.shown, "is nested too deeply in folders")
        else:
            yield from _walk(Path(child.path), entry.parts)


def _kind(child: os.DirEntry[str]) -> Kind:
    if child.is_symlink():
        return "link"
    if child.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if child.is_file(follow_symlinks=False) else "special"


def _list_archive(path: Path, allowance: Allowance) -> tuple[list[Entry], list[Skipped]]:
    """Everything in an archive, sorted; what climbs out of it, or is hidden, is skipped.

    Unlisted if it has more names than are allowed, and nothing can be said about any.
    """
    members = table_of(path, allowance.tables)
    allowance.tables -= sum(len(info.filename) + len(info.extra) + len(info.comment) + 46 for info in members)
    if len(members) > allowance.names:
        raise _too_many(allowance)
    entries: dict[tuple[str, ...], Entry] = {}
    skipped: list[Skipped] = []
    for info in members:
        if len(info.filename) > MAX_PATH:
            skipped.append(Skipped(shorten(info.filename, 100), "its path is too long"))
            continue
        name = info.filename.replace("\\", "/")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if name.startswith("/") or ".." in parts or _DRIVE.match(name):
            skipped.append(Skipped(info.filename, "its path leads out of the archive"))
        elif len(parts) > MAX_DEPTH:
            skipped.append(Skipped(info.filename, "is nested too deeply in folders"))
        elif parts:
            for depth in range(1, len(parts)):
                entries.setdefault(parts[:depth], Entry(parts[:depth], "folder", Member(path, info)))
            if parts in entries and entries[parts].kind != "folder":
                skipped.append(Skipped(info.filename, "is in the archive twice; the last one counts"))
            entries[parts] = Entry(parts, _member_kind(info), Member(path, info))
            if len(entries) > allowance.names:
                raise _too_many(allowance)
    allowance.names -= max(len(members), len(entries))
    kept: list[Entry] = []
    for parts in sorted(entries):
        _sort_in(entries[parts], kept, skipped)
    return kept, skipped


def _too_many(allowance: Allowance) -> Unlisted:
    return Unlisted(f"holds more than the {allowance.names:,} files that are still allowed")


def _member_kind(info: zipfile.ZipInfo) -> Kind:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "link"
    if info.is_dir() or info.filename.endswith("\\"):
        return "folder"
    return "file" if stat.S_IFMT(mode) in (0, stat.S_IFREG) else "special"


def _sort_in(entry: Entry | Skipped, entries: list[Entry], skipped: list[Skipped]) -> None:
    if isinstance(entry, Skipped):
        skipped.append(entry)
    elif any(part in _JUNK or part.startswith("._") for part in entry.parts):
        return
    elif any(part.startswith(".") for part in entry.parts[:-1]):
        return  # the hidden folder itself has been skipped with a reason
    elif entry.name.startswith("."):
        skipped.append(Skipped(entry.shown, "is hidden"))
    else:
        entries.append(entry)
