"""The folder that belongs to one worker: watched while the worker runs, removed afterwards, whatever is in it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.worker.limits import MIB, Limits


class Exceeded(Exception):
    """A worker has used more than it may. The text is a predicate: "wrote more than …"."""


class Scratch:
    """A new folder for the files of one worker, and a look at what that worker uses."""

    def __init__(self, limits: Limits) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="submission-"))
        self._limits = limits

    def look(self, pid: int, received: int) -> None:
        """Exceeded when there are too many files, bytes or threads. `received`: how many bytes its replies had."""
        self._look_at_files()
        written, threads = _used_by(pid)
        if written - received > self._limits.written_bytes:
            raise Exceeded(f"wrote more than {self._limits.written_bytes // MIB} MiB in all")
        if threads > self._limits.threads:
            raise Exceeded(f"started more than {self._limits.threads} threads")

    def _look_at_files(self) -> None:
        """Counts names and blocks, no further than the limits go; what cannot be counted is too much."""
        names, size, folders = 0, 0, [str(self.path)]
        while folders:
            try:
                for is_folder, path, blocks in _listed(folders.pop()):
                    names, size = names + 1, size + 512 * blocks
                    if is_folder:
                        folders.append(path)
                    self._compare(names, size)
            except FileNotFoundError:
                continue  # removed meanwhile
            except OSError:
                raise Exceeded("made folders that are too deep, or closed, to be looked into") from None

    def _compare(self, names: int, size: int) -> None:
        if names > self._limits.scratch_files:
            raise Exceeded(f"made more than {self._limits.scratch_files:,} files")
        if size > self._limits.scratch_bytes:
            raise Exceeded(f"wrote more than {self._limits.scratch_bytes // MIB} MiB of files")

    def remove(self) -> None:
        """Removes the folder, however deep it goes and whatever its modes; to be called when the worker has ended."""
        with contextlib.suppress(OSError):
            top = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                _empty(top)
            finally:
                os.close(top)
            os.rmdir(self.path)


def _listed(folder: str) -> list[tuple[bool, str, int]]:
    """For each name in a folder whether it is a folder, its path, and its blocks of 512 bytes."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                found.append((stat.S_ISDIR(status.st_mode), entry.path, status.st_blocks))
    return found


def _used_by(pid: int) -> tuple[int, int]:
    """How many bytes a process has written so far, and its threads; zeros where the system does not tell."""
    try:
        counts = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
        threads = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[17]
    except (OSError, ValueError):
        return 0, 0
    return int(counts["wchar"]), int(threads)


def _empty(top: int) -> None:
    """Removes what a folder holds. Folders in its folders move up to it first, so no path is longer than two names."""
    moved, unlike = 0, secrets.token_hex(8)
    while names := os.listdir(top):
        for name in names:
            if not _is_folder(name, top):
                os.unlink(name, dir_fd=top)
                continue
            with _opened(name, top) as folder:
                for inner in os.listdir(folder):
                    if _is_folder(inner, folder):
                        moved += 1
                        os.rename(inner, f"{unlike}-{moved}", src_dir_fd=folder, dst_dir_fd=top)
                    else:
                        os.unlink(inner, dir_fd=folder)
            os.rmdir(name, dir_fd=top)


def _is_folder(name: str, folder: int) -> bool:
    """Also makes a folder one that can be read and moved, whatever its mode was."""
    if not stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
        return False
    os.chmod(name, stat.S_IRWXU, dir_fd=folder)
    return True


@contextlib.contextmanager
def _opened(name: str, folder: int) -> Iterator[int]:
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
