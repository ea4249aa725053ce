"""The trusted side of the process that forks workers: start it, have it fork and reap, stop it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.course.folders import ROOT
from grader.worker.limits import Limits
from grader.worker.scratch import ScratchRoot

_ANSWER_SECONDS = 300.0  # a busy machine, or a cold disk, can make it wait for its imports
_BOOT = (
    "import gc, sys; gc.disable(); sys.path.insert(0, {root!r}); "  # what is imported stays: nothing to be collected
    "from grader.worker.zygote import main; main({fd}, {root!r}, {home!r})"
)


class CannotStart(RuntimeError):
    """The warm parent could not be started."""


class WarmParent:
    """A process that has imported everything and forks workers from itself."""

    def __init__(self) -> None:
        self._home = ScratchRoot()
        self._control, theirs = socket.socketpair()
        boot = _BOOT.format(root=str(ROOT), fd=theirs.fileno(), home=str(self._home.path))
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", boot],
            pass_fds=[theirs.fileno(), self._home.lock],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_clean_environment(),
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        self._ready = False

    @property
    def home(self) -> Path:
        """Where the folders of its workers are."""
        return self._home.path

    def fork(self, scratch: Path, limits: Limits) -> tuple[int, socket.socket]:
        """A new confined worker: its process id and our end of its channel."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = json.dumps({"do": "fork", "scratch": str(scratch), "limits": asdict(limits)}).encode()
            try:
                reply = self._command(command, [theirs.fileno()])
            except BaseException:
                ours.close()
                raise
        return reply["pid"], ours

    def reap(self, pid: int, grace: float) -> int | None:
        """Waits `grace` seconds for a worker's end: its exit code, negative for a signal; None if it was killed."""
        status = self._command(json.dumps({"do": "reap", "pid": pid, "grace": grace}).encode(), [])["status"]
        return None if status is None else int(status)

    def close(self) -> None:
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        self._home.remove()

    def wait(self) -> None:
        """Waits until it has imported everything."""
        if not self._ready:
            self._receive()
            self._ready = True

    def _command(self, command: bytes, descriptors: list[int]) -> dict[str, Any]:
        self.wait()
        try:
            socket.send_fds(self._control, [command], descriptors)
        except ConnectionError:
            raise self._ended() from None
        return self._receive()

    def _receive(self) -> dict[str, Any]:
        self._control.settimeout(_ANSWER_SECONDS)
        try:
            line = self._control.recv(65536)
        except TimeoutError:
            self._process.kill()
            raise CannotStart(
                f"The process that starts workers did not answer within {_ANSWER_SECONDS:g} seconds."
            ) from None
        except ConnectionError:
            line = b""
        if not line:
            raise self._ended()
        return dict(json.loads(line))

    def _ended(self) -> CannotStart:
        self._process.kill()
        words = self._process.stderr.read() if self._process.stderr else b""
        last = words.decode(errors="replace")[-2000:].strip() or "it said nothing"
        return CannotStart(f"The process that starts workers ended: {last}.")


def _clean_environment() -> dict[str, str]:
    """Nothing of the instructor's environment, no GPU, and one thread for every numerical library.

    Few arenas for malloc, which would otherwise reserve 64 MiB of address space for each of some threads: how many
    depends on the machine, and the memory that a submission may have does not.
    """
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    places = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"} | dict.fromkeys(("USER", "LOGNAME"), "student")
    alike = {"LANG": "C.UTF-8", "MPLBACKEND": "Agg", "VAELAB_DEVICE": "cpu"}
    return places | one_thread | alike | {"MALLOC_ARENA_MAX": "2"}
