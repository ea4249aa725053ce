"""A full or failing disk, in a sentence for the instructor."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.classroom import CannotGrade

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def disk_faults(out: Path) -> Iterator[None]:
    """Turn a full or failing disk below `out` into a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_full(error):
            raise CannotGrade(
                f"The disk is full, so {out} could not be written. Everything graded so far is kept: "
                "free some space and run the same command again."
            ) from error
        raise CannotGrade(f"{out} could not be written or read: {error}.") from error


def is_full(error: Exception) -> bool:
    """Whether this is what a full disk, or a used-up quota, raises."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
