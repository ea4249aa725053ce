"""Reading zip archives that students made: never more names and bytes than are allowed."""

from __future__ import annotations

import errno
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.submission.reading import MAX_BYTES

MAX_UNPACKED = 256 * 2**20  # bytes, all notebooks of one person together
_MOST_OPEN = 4
# With these zipfile never unpacks more than it was asked for; with bzip2 and LZMA it unpacks whatever it has read.
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FAULTS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EIO)  # of this machine


@dataclass(frozen=True)
class Member:
    """A file's place in an archive on the disk."""

    archive: Path
    info: zipfile.ZipInfo


class Unlisted(Exception):
    """It cannot be said what an archive holds; the text continues a sentence about the archive."""


class _Table(io.FileIO):
    """A file of which zipfile reads the table of names, which it does in one piece."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > max(self.most, 56):  # the end of the table says how large it is
            raise Unlisted("has a table of contents that is too large")
        return super().read(size)


def table_of(path: Path, most: int) -> list[zipfile.ZipInfo]:
    """What an archive says that it holds. Unlisted before more than `most` bytes of its table are read.

    BadZipFile, or another error, if it is damaged.
    """
    with _Table(path) as file:
        file.most = most
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
                if member in done:  # a group's
                    continue
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


def is_of_this_machine(error: Exception) -> bool:
    """Whether an error would have come with any archive, so that this one is not to blame."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _FAULTS)


class Archives:
    """The archives that were read last, open. Use as a context manager."""

    def __init__(self) -> None:
        self._open: dict[Path, zipfile.ZipFile] = {}

    def __enter__(self) -> Archives:
        return self

    def __exit__(self, *exception: object) -> None:
        for archive in self._open.values():
            archive.close()

    def unpack(self, member: Member, target: Path) -> Path:
        """The unpacked file, of the size that its archive says. Unusable; OSError if it cannot be written."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for chunk in self.chunks(member):
                out.write(chunk)
        return target

    def chunks(self, member: Member) -> Iterator[bytes]:
        """What is in a file, piece by piece. Unusable; OSError for a fault that is not the archive's."""
        if member.info.flag_bits & 1:
            raise Unusable("It is encrypted in the archive.")
        if member.info.compress_type not in _BOUNDED:
            raise Unusable("It is compressed in a way that is not opened here. Make an ordinary zip archive of it.")
        try:
            with self._archive(member.archive).open(member.info) as packed:
                while chunk := packed.read(2**20):
                    yield chunk
        except Exception as error:  # damage has many kinds of errors
            if is_of_this_machine(error):
                raise
            raise Unusable(f"It is damaged in the archive ({error}).") from error

    def _archive(self, path: Path) -> zipfile.ZipFile:
        if path not in self._open:
            if len(self._open) == _MOST_OPEN:
                self._open.pop(next(iter(self._open))).close()
            self._open[path] = zipfile.ZipFile(path)
        return self._open[path]
