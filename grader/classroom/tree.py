"""What lies in a folder or an archive: entries with their place, and which of them are plain files.

Names and sizes are the students' to choose. Symbolic links are never followed, and nothing is unpacked under the
name that an archive gives it.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.classroom import CannotGrade
from grader.submission.reading import MAX_BYTES
from grader.untrusted import shorten

MAX_ENTRIES = 200_000
MAX_DEPTH = 8
MAX_PATH = 4096  # characters of a path in an archive, which may have 65,535
MAX_UNPACKED = 4 * 2**30  # bytes, all notebooks of an archive together

_JUNK = {".ipynb_checkpoints", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_DRIVE = re.compile(r"[A-Za-z]:")

Kind = Literal["file", "folder", "link", "special"]


@dataclass(frozen=True)
class Entry:
    """One file or folder: where it lies below the root, and its path or its place in the archive."""

    parts: tuple[str, ...]
    kind: Kind
    where: Path | zipfile.ZipInfo

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def shown(self) -> str:
        return "/".join(self.parts)


@dataclass(frozen=True)
class Skipped:
    """Something that is not a submission, and why."""

    name: str
    reason: str


def list_folder(root: Path) -> tuple[list[Entry], list[Skipped]]:
    """Everything below `root`, sorted; what is hidden, or too deep, is skipped."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for entry in _walk(root, ()):
        if len(entries) + len(skipped) >= MAX_ENTRIES:
            raise CannotGrade(f"{root} holds more than {MAX_ENTRIES:,} files; give the folder of the submissions.")
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


def list_archive(archive: zipfile.ZipFile) -> tuple[list[Entry], list[Skipped]]:
    """Everything in `archive`, sorted; what climbs out of it, or is hidden, is skipped."""
    members = archive.infolist()
    if len(members) > MAX_ENTRIES:
        raise CannotGrade(f"{archive.filename} holds more than {MAX_ENTRIES:,} files.")
    entries: dict[tuple[str, ...], Entry] = {}
    skipped: list[Skipped] = []
    for info in members:
        if len(info.filename) > MAX_PATH:
            skipped.append(Skipped(shorten(info.filename, 100), "its path is too long"))
            continue
        path = info.filename.replace("\\", "/")
        parts = tuple(part for part in path.split("/") if part not in ("", "."))
        if path.startswith("/") or ".." in parts or _DRIVE.match(path):
            skipped.append(Skipped(info.filename, "its path leads out of the archive"))
        elif len(parts) > MAX_DEPTH:
            skipped.append(Skipped(info.filename, "is nested too deeply in folders"))
        elif parts:
            for depth in range(1, len(parts)):
                entries.setdefault(parts[:depth], Entry(parts[:depth], "folder", info))
            if parts in entries and entries[parts].kind != "folder":
                skipped.append(Skipped(info.filename, "is in the archive twice; the last one counts"))
            entries[parts] = Entry(parts, _member_kind(info), info)
    kept: list[Entry] = []
    for parts in sorted(entries, key=ascii):
        _sort_in(entries[parts], kept, skipped)
    return kept, skipped


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


def unpack(archive: zipfile.ZipFile, wanted: list[Entry], scratch: Path) -> dict[tuple[str, ...], Path | str]:
    """Unpack notebooks into `scratch` under names of our own; for each its path, or why it could not be.

    The smallest come first, so that a huge one leaves room for everybody else.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    done: dict[tuple[str, ...], Path | str] = {}
    room = MAX_UNPACKED
    members = [(entry.where, entry) for entry in wanted if isinstance(entry.where, zipfile.ZipInfo)]
    for number, (info, entry) in enumerate(sorted(members, key=lambda pair: pair[0].file_size)):
        if info.file_size > min(room, MAX_BYTES):
            done[entry.parts] = f"It unpacks to {info.file_size / 2**20:,.0f} MiB, which is too large for a notebook."
            continue
        done[entry.parts] = _unpack_one(archive, info, scratch / f"{number:06d}.ipynb")
        room -= info.file_size
    return done


def _unpack_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> Path | str:
    if info.flag_bits & 1:
        return "It is encrypted in the archive."
    try:
        member = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        return f"It is damaged in the archive ({error})."
    with member, target.open("wb") as out:
        while True:
            try:
                chunk = member.read(2**20)  # never more than the size that was looked at above
            except Exception as error:  # each way of compressing has its own class of errors
                return f"It is damaged in the archive ({error})."
            if not chunk:
                return target
            out.write(chunk)
