"""Files that are either as they were or as they are to be, never half-written."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.classroom import CannotGrade

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_if_changed(path: Path, content: bytes) -> None:
    """Make `content` the content of `path`: a new file beside it, on the disk, then renamed into its place."""
    with suppress(OSError):
        if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")  # always the same, so that what a killed run left is used up
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def disk_faults(out: Path) -> Iterator[None]:
    """Turn a full or failing disk below `out` into a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_full(error):
            raise CannotGrade(
                f"The disk is full, so {out} could not be written. What is graded so far is kept: "
                "free some space and give the same command again."
            ) from error
        raise CannotGrade(f"{out} could not be written or read: {error}.") from error


def is_full(error: Exception) -> bool:
    """Whether this is what a full disk, or a used-up quota, raises."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
