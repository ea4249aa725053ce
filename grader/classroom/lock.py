"""One grader at a time: the operating system locks a file until the process that holds it ends."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.classroom import CannotGrade

_FAR = 1 << 30  # Windows locks bytes against reading too, so lock one that nobody reads

if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO) -> None:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_grader(out: Path) -> Iterator[None]:
    """Hold `out` for this process; CannotGrade, naming the holder, if another grader is at work there."""
    path = out / "results.lock"
    with path.open("a+b") as file:
        try:
            _take(file)
        except OSError as error:
            raise CannotGrade(f"Another grader is at work in {out}: {_holder(path)}.") from error
        _sign(file)
        yield


def _sign(file: BinaryIO) -> None:
    file.seek(0)
    file.truncate()
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}).encode())
    file.flush()


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_bytes())
        return f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has not said who it is yet"
