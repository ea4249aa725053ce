"""Reading zip archives that students made: never more names and bytes than are allowed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from grader.submission.reading import MAX_BYTES

MAX_UNPACKED = 256 * 2**20  # bytes, all notebooks of one person together
SMALLEST_TABLE = 2**17  # bytes; the end of a table is looked for in the last 64 KiB of a file


@dataclass(frozen=True)
class Member:
    """A file's place in an archive on the disk."""

    archive: Path
    info: zipfile.ZipInfo


class TooMuch(Exception):
    """An archive does not fit into what it is allowed; the text continues a sentence about it."""


class _Table(io.FileIO):
    """A file of which zipfile reads the table of names, which it does in one piece."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.most:
            raise TooMuch("has a table of contents that is too large")
        return super().read(size)


def table_of(path: Path, most: int) -> list[zipfile.ZipInfo]:
    """What an archive says that it holds. TooMuch before more than `most` bytes of its table are read."""
    with _Table(path) as file:
        file.most = max(most, SMALLEST_TABLE)
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()


class Unusable(Exception):
    """A file cannot be had from its archive; the text is a sentence that says why."""


def unpack_for(owners: Iterable[list[Member]], scratch: Path) -> dict[Member, Path | str]:
    """Where each file lies, unpacked into `scratch` under a name of our own; or why it could not be.

    owners: the files of each person, who have the same room. Of theirs, the smallest come first.
    """
    done: dict[Member, Path | str] = {}
    with Archives() as archives:
        for members in owners:
            room = MAX_UNPACKED
            for member in sorted(members, key=lambda one: one.info.file_size):
                size = member.info.file_size
                if size > min(room, MAX_BYTES):
                    done[member] = f"It unpacks to {size / 2**20:,.0f} MiB, which is too large."
                    continue
                room -= size
                try:
                    done[member] = archives.unpack(member, scratch / f"{len(done):06d}.ipynb")
                except Unusable as reason:
                    done[member] = str(reason)
    return done


class Archives(ExitStack):
    """Archives that are open, each of them once. Use as a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[Path, zipfile.ZipFile] = {}

    def unpack(self, member: Member, target: Path) -> Path:
        """The unpacked file, of the size that its archive says. Unusable; OSError if it cannot be written."""
        if member.info.flag_bits & 1:
            raise Unusable("It is encrypted in the archive.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for chunk in self._chunks(member):
                out.write(chunk)
        return target

    def _chunks(self, member: Member) -> Iterator[bytes]:
        try:
            if member.archive not in self._open:
                self._open[member.archive] = self.enter_context(zipfile.ZipFile(member.archive))
            with self._open[member.archive].open(member.info) as packed:
                while chunk := packed.read(2**20):  # never more than the size that the table says
                    yield chunk
        except Exception as error:  # each way of compressing has its own class of errors
            raise Unusable(f"It is damaged in the archive ({error}).") from error
