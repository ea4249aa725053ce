"""The trusted side of a worker: ask it, stop it. Nothing here believes what a worker says."""

from __future__ import annotations

import secrets
import select
import signal
import time
from typing import Any

import torch

from grader.worker import wire
from grader.worker.limits import Limits
from grader.worker.process import RunDelay
from grader.worker.scratch import Exceeded, Scratch
from grader.worker.warm_parent import WarmParent

_GLANCE_SECONDS = 0.25
_LAST_SECONDS = 2.0  # from the end of its channel to the end of a process: milliseconds, except on a busy machine
_MOST_PATIENCE = 9.0  # on a busy machine a question may take up to this many times its limit more


class WorkerGone(Exception):
    """The worker ended, was stopped, or broke the protocol. The text says why, as a predicate: "did not finish …"."""


class OutOfTime(WorkerGone):
    """It did not reply in time."""


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
        self._run_delay = RunDelay(self._pid)
        self._delay_before = self._patience = self.waited = 0.0
        self._last_look = time.monotonic()
        self.alive = True

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        """Sends a question and returns the reply. If none comes in time, WorkerGone, and the worker is stopped.

        Afterwards `waited` says for how many of the seconds a busy machine kept it waiting.
        """
        deadline = time.monotonic() + seconds
        self._patience = _MOST_PATIENCE * seconds
        self._delay_before, self.waited = self._run_delay.seconds(), 0.0
        try:
            self._number = secrets.randbits(53)  # so that nothing can be answered before it is asked
            self._send(wire.encode({"number": self._number, "question": tree}, tensors), deadline)
            reply = self._reply(*wire.decode(self._read(wire.frame_size(self._read(4, deadline)), deadline)))
            self._look()
            self._note_waiting()
            return reply
        except TimeoutError:
            self.stop()
            raise OutOfTime(f"did not finish within {seconds:g} seconds") from None
        except wire.ProtocolError as error:
            self.stop()
            raise WorkerGone(f"broke the rules of the grader's protocol ({error})") from None
        except (EOFError, ConnectionError):
            raise WorkerGone(self._epitaph()) from None
        except Exceeded as reason:
            self.stop()
            raise WorkerGone(str(reason)) from None

    def _note_waiting(self) -> None:
        self.waited = max(self.waited, self._run_delay.seconds() - self._delay_before)

    def end_cell(self) -> None:
        """To be called when a cell has run: WorkerGone, and no more worker, when it has left too much behind.

        Otherwise whichever question comes next would pay for that: what a cell leaves running counts like its own.
        """
        try:
            self._scratch.look(self._pid, self._received, at_rest=True)
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
                self._note_waiting()
                left += min(self.waited, self._patience)
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
        self._run_delay.close()
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
