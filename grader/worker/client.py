"""The trusted side of a worker: start one, ask it, stop it. Nothing here believes what a worker says."""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from grader.worker import process, wire
from grader.worker.limits import Limits
from grader.worker.scratch import Exceeded, Scratch, ScratchRoot

ROOT = Path(__file__).parents[2]
_ANSWER_SECONDS = 300.0  # a busy machine, or a cold disk, can make it wait for its imports
_GLANCE_SECONDS = 0.25
_LAST_SECONDS = 2.0  # from the end of its channel to the end of a process: milliseconds, except on a busy machine
_MOST_PATIENCE = 9.0  # on a busy machine a question may take up to this many times its limit more
_BOOT = (
    "import sys; sys.path.insert(0, {root!r}); from grader.worker.zygote import main; main({fd}, {root!r}, {home!r})"
)


class WorkerGone(Exception):
    """The worker ended, was stopped, or broke the protocol. The text says why, as a predicate: "did not finish …"."""


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
    """Nothing of the instructor's environment, and one thread for every numerical library."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "MPLBACKEND": "Agg"} | dict.fromkeys(
        threads, "1"
    )


class Worker:
    """One confined process that runs one submission. Use as a context manager."""

    def __init__(self, parent: WarmParent, limits: Limits) -> None:
        self._parent = parent
        self._limits = limits
        self._scratch = Scratch(parent.home, limits)
        self._pid, self._channel = parent.fork(self._scratch.path, limits)
        self._channel.setblocking(False)
        self._number = 0
        self._received = 0
        self._patience = self._waited = 0.0
        self._last_look = time.monotonic()
        self.alive = True

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        """Sends a question and returns the reply. If none comes in time, WorkerGone, and the worker is stopped."""
        deadline = time.monotonic() + seconds
        self._patience = _MOST_PATIENCE * seconds
        self._waited = process.waited_for_processor(self._pid)
        try:
            self._number = secrets.randbits(53)  # so that nothing can be answered before it is asked
            self._send(wire.encode({"number": self._number, "question": tree}, tensors), deadline)
            reply = self._reply(*wire.decode(self._read(wire.frame_size(self._read(4, deadline)), deadline)))
            self._look()
            return reply
        except TimeoutError:
            self.stop()
            raise WorkerGone(f"did not finish within {seconds:g} seconds") from None
        except wire.ProtocolError as error:
            self.stop()
            raise WorkerGone(f"broke the rules of the grader's protocol ({error})") from None
        except (EOFError, ConnectionError):
            raise WorkerGone(self._epitaph()) from None
        except Exceeded as reason:
            self.stop()
            raise WorkerGone(str(reason)) from None

    def _reply(self, tree: Any, tensors: list[torch.Tensor]) -> tuple[Any, list[torch.Tensor]]:
        """One reply per question: a reply to any other number was not asked for."""
        match tree:
            case {"to": self._number, "reply": reply}:
                return reply, tensors
        raise wire.ProtocolError("it spoke without being asked")

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(deadline, writing=True)
            view = view[self._channel.send(view) :]

    def _read(self, size: int, deadline: float) -> bytes:
        """Reads piece by piece, so that memory grows only with what has really arrived."""
        parts = bytearray()
        while len(parts) < size:
            self._wait(deadline, writing=False)
            part = self._channel.recv(min(size - len(parts), 2**20))
            if not part:
                raise EOFError
            parts += part
            self._received += len(part)
        return bytes(parts)

    def _wait(self, deadline: float, *, writing: bool) -> None:
        sockets = [self._channel]
        while True:
            self._look()
            left = deadline - time.monotonic()
            if left <= 0:
                left += min(process.waited_for_processor(self._pid) - self._waited, self._patience)
            if left <= 0:
                raise TimeoutError
            pause = min(left, _GLANCE_SECONDS)
            ready = select.select([] if writing else sockets, sockets if writing else [], [], pause)
            if ready[0] or ready[1]:
                return

    def _look(self) -> None:
        """Every now and then, whether it talks or not: Exceeded if it uses too much."""
        if time.monotonic() - self._last_look > _GLANCE_SECONDS:
            self._scratch.look(self._pid, self._received)
            self._last_look = time.monotonic()

    def _epitaph(self) -> str:
        """Why the worker ended by itself."""
        status = self._end(grace=_LAST_SECONDS)
        if status == -signal.SIGXCPU:
            return f"used more than {self._limits.cpu_seconds} seconds of processor time"
        if status is not None and status < 0:
            return f"ended the Python process with signal {_signal_name(-status)}"
        return "ended the Python process"

    def stop(self) -> None:
        """Ends the worker, whatever it is doing, and removes its files."""
        if self.alive:
            self._end(grace=0.0)

    def _end(self, grace: float) -> int | None:
        self.alive = False
        self._channel.close()
        try:
            return self._parent.reap(self._pid, grace)
        finally:
            self._scratch.remove()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def _signal_name(number: int) -> str:
    """Real-time signals have no names."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
