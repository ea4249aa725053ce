"""What lies in a folder or an archive, and in the archives in it: entries with their place, and what kind they are.

Names and sizes are the students' to choose. Symbolic links are never followed, and nothing is unpacked under the
name that an archive gives it.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from grader.classroom import CannotGrade
from grader.submission.reading import MAX_BYTES
from grader.untrusted import shorten

MAX_ENTRIES = 200_000
MAX_DEPTH = 8
MAX_PATH = 4096  # characters of a path in an archive, which may have 65,535
MAX_UNPACKED = 4 * 2**30  # bytes, all notebooks of a class together
MAX_INNER = 512 * 2**20  # bytes of an archive in an archive
MAX_NESTED = 3  # archives in archives

_JUNK = {".ipynb_checkpoints", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_DRIVE = re.compile(r"[A-Za-z]:")

Kind = Literal["file", "folder", "link", "special"]


@dataclass(frozen=True)
class Member:
    """A file's place in an archive on the disk."""

    archive: Path
    info: zipfile.ZipInfo


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


def list_source(source: Path, scratch: Path) -> tuple[list[Entry], list[Skipped]]:
    """Everything in a folder or an archive, and in the archives in it, each of which counts as a folder.

    scratch: where inner archives are unpacked. CannotGrade if there is nothing that could be listed.
    """
    try:
        entries, skipped = _list_folder(source) if source.is_dir() else _list_archive(source)
    except FileNotFoundError:
        raise CannotGrade(f"There is no {source}.") from None
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        what = "a notebook; grade it with `grader check`" if source.suffix == ".ipynb" else "neither folder nor zip"
        raise CannotGrade(f"{source} is {what} ({error}).") from error
    for level in range(MAX_NESTED):
        with Archives() as archives:
            opened = [_opened(entry, archives, scratch / f"{level}-{n}.zip") for n, entry in enumerate(entries)]
        if all(inner is None for inner in opened):
            break
        listed: list[Entry] = []
        for entry, inner in zip(entries, opened, strict=True):
            listed += [entry] if inner is None else inner[0]
            skipped += [] if inner is None else inner[1]
        entries = listed
        if len(entries) > MAX_ENTRIES:
            raise CannotGrade(f"{source} holds more than {MAX_ENTRIES:,} files.")
    return entries, skipped


def _opened(entry: Entry, archives: Archives, target: Path) -> tuple[list[Entry], list[Skipped]] | None:
    """What an archive in the archive or folder holds; None if it is none, or cannot be opened."""
    if entry.kind != "file" or not entry.name.lower().endswith(".zip"):
        return None
    path = entry.where if isinstance(entry.where, Path) else archives.unpack(entry.where, target, MAX_INNER)
    if isinstance(path, str):
        return None
    try:
        inner, skipped = _list_archive(path)
    except Exception:  # too many names too; damage has many kinds of errors
        return None
    place = entry.parts
    return (
        [Entry(place, "folder", entry.where), *(replace(one, parts=(*place, *one.parts)) for one in inner)],
        [Skipped(f"{entry.shown}/{one.name}", one.reason) for one in skipped],
    )


def content(entry: Entry, most: int = 16 * 2**20) -> bytes:
    """What is in a small file; empty if it cannot be read, or is too large."""
    try:
        if isinstance(entry.where, Path):
            return entry.where.read_bytes() if entry.where.stat().st_size <= most else b""
        with zipfile.ZipFile(entry.where.archive) as archive:
            return archive.read(entry.where.info) if entry.where.info.file_size <= most else b""
    except Exception:  # each way of compressing has its own class of errors
        return b""


def _list_folder(root: Path) -> tuple[list[Entry], list[Skipped]]:
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


def _list_archive(path: Path) -> tuple[list[Entry], list[Skipped]]:
    """Everything in an archive, sorted; what climbs out of it, or is hidden, is skipped."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    if len(members) > MAX_ENTRIES:
        raise CannotGrade(f"{path} holds more than {MAX_ENTRIES:,} files.")
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
    kept: list[Entry] = []
    for parts in sorted(entries):
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


def unpack(wanted: list[Entry], scratch: Path) -> dict[tuple[str, ...], Path | str]:
    """Where each file lies, those of archives unpacked into `scratch` under names of our own; or why it could not be.

    The smallest come first, so that a huge one leaves room for everybody else.
    """
    done: dict[tuple[str, ...], Path | str] = {}
    room = MAX_UNPACKED
    members: list[tuple[Member, Entry]] = []
    for entry in wanted:
        if isinstance(entry.where, Path):
            done[entry.parts] = entry.where
        else:
            members.append((entry.where, entry))
    with Archives() as archives:
        for number, (member, entry) in enumerate(sorted(members, key=lambda pair: pair[0].info.file_size)):
            place = archives.unpack(member, scratch / f"{number:06d}.ipynb", min(room, MAX_BYTES))
            room -= 0 if isinstance(place, str) else member.info.file_size
            done[entry.parts] = place
    return done


class _Damaged(Exception):
    """A file cannot be read from its archive."""


class Archives(ExitStack):
    """Archives that are open, each of them once. Use as a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[Path, zipfile.ZipFile] = {}

    def unpack(self, member: Member, target: Path, most: int) -> Path | str:
        """The path of the unpacked file; a sentence if it cannot be unpacked. OSError if it cannot be written."""
        if member.info.file_size > most:
            return f"It unpacks to {member.info.file_size / 2**20:,.0f} MiB, which is too large."
        if member.info.flag_bits & 1:
            return "It is encrypted in the archive."
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("wb") as out:
                for chunk in self._chunks(member):
                    out.write(chunk)
        except _Damaged as error:
            return f"It is damaged in the archive ({error})."
        return target

    def _chunks(self, member: Member) -> Iterator[bytes]:
        try:
            if member.archive not in self._open:
                self._open[member.archive] = self.enter_context(zipfile.ZipFile(member.archive))
            with self._open[member.archive].open(member.info) as packed:
                while chunk := packed.read(2**20):  # never more than the size that was looked at above
                    yield chunk
        except Exception as error:  # each way of compressing has its own class of errors
            raise _Damaged(str(error)) from error
