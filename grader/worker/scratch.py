"""The folders that belong to workers: watched while a worker runs, removed afterwards, whatever is in them."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.worker import process
from grader.worker.limits import MIB, Limits

if sys.platform != "win32":
    import fcntl

_PREFIX = "vaelab-grader-"
_MAX_DEPTH = 50  # of folders in folders, each of which is a descriptor while it is looked at
_REPLACED = (errno.ENOENT, errno.ENOTDIR)  # a name that has gone, or become something else, since it was listed


class Exceeded(Exception):
    """A worker has used more than it may. The text is a predicate: "wrote more than …"."""


class ScratchRoot:
    """A folder of one warm parent for the folders of its workers. Locked as long as anyone uses it.

    Whichever user outlives the others removes it; if none does, `remove_unused_roots` will.
    """

    def __init__(self) -> None:
        remove_unused_roots()
        self.path, self.lock = _locked_folder()

    def remove(self) -> None:
        remove(self.path)
        os.close(self.lock)


def remove_unused_roots() -> None:
    """Removes the folders that were left behind when all their users were killed at once."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        _remove_unless_used(left)


def _locked_folder() -> tuple[Path, int]:
    while True:  # again, if someone has just taken it for one that was left behind
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            if _take(lock) and path.exists():
                return path, lock
            os.close(lock)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_unless_used(path: Path) -> None:
    with contextlib.suppress(OSError):
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(lock).st_uid == os.geteuid() and _take(lock):
                remove(path)
        finally:
            os.close(lock)


class Scratch:
    """A new folder, in a home, for the files of one worker, and a look at what that worker uses."""

    def __init__(self, home: Path, limits: Limits) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="submission-", dir=home))
        self._limits = limits

    def look(self, pid: int, received: int, *, at_rest: bool = False) -> None:
        """Exceeded if there are too many files, bytes or threads. `received`: how many bytes its replies had.

        `at_rest`: nothing is being asked, so half as many threads are allowed: questions need room for PyTorch's own.
        """
        self._look_at_files()
        written, threads = process.used_by(pid)
        if written - received > self._limits.written_bytes:
            raise Exceeded(f"wrote more than {self._limits.written_bytes // MIB} MiB in all")
        if threads > self._limits.threads:
            raise Exceeded(f"started more than {self._limits.threads} threads")
        if at_rest and threads > self._limits.threads // 2:
            raise Exceeded(f"left more than {self._limits.threads // 2} threads running")

    def _look_at_files(self) -> None:
        """Counts names and blocks, up to the limits; what cannot be counted is too much."""
        names, size = 0, 0
        try:
            with _opened(str(self.path)) as top:
                for blocks in _blocks(top, _MAX_DEPTH):
                    names, size = names + 1, size + 512 * blocks
                    self._compare(names, size)
        except OSError:
            raise Exceeded("made folders that are too deep, or locked, to look into") from None

    def _compare(self, names: int, size: int) -> None:
        if names > self._limits.scratch_files:
            raise Exceeded(f"made more than {self._limits.scratch_files:,} files")
        if size > self._limits.scratch_bytes:
            raise Exceeded(f"wrote more than {self._limits.scratch_bytes // MIB} MiB of files")

    def remove(self) -> None:
        """Call it once the worker has ended."""
        remove(self.path)


def _blocks(folder: int, depth: int) -> Iterator[int]:
    """For each name in an open folder and in its folders, how many blocks of 512 bytes it has.

    The owner may put a link where a folder was at any time: folders are opened in folders, and links never followed.
    OSError for folders that are locked, or in one another more than `depth` times.
    """
    if not depth:
        raise OSError(errno.ELOOP, "folders too deep")
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
                yield status.st_blocks
                if stat.S_ISDIR(status.st_mode):
                    with _opened(entry.name, folder) as inner:
                        yield from _blocks(inner, depth - 1)
            except OSError as error:
                if error.errno not in _REPLACED:
                    raise


def remove(folder: Path) -> None:
    """Removes a folder, however deep it goes and whatever its modes, as far as that is possible."""
    with contextlib.suppress(OSError):
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _empty(top)
        finally:
            os.close(top)
        os.rmdir(folder)


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
def _opened(name: str, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
