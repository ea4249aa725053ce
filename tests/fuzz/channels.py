"""The trusted side of the protocol, driven by frames that somebody else makes up."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import tempfile
import threading
from pathlib import Path
from typing import Any

import torch

from grader.checks.kit.vocabulary import assert_matches, assert_number, assert_tensor, describe
from grader.failures import CheckFailure
from grader.submission.student import Student
from grader.worker import wire
from grader.worker.client import Worker, WorkerGone
from grader.worker.limits import Limits
from tests.fuzz.frames import Mutator

EXPECTED = torch.ones(3, 4)
NOBODY = 2**30  # no process has this number


class Replay:
    """A channel on which one given frame answers the next question; reads it as a Worker does, without a socket."""

    def __init__(self) -> None:
        self.frame = b""

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        try:
            size = wire.frame_size(self.frame[:4])
            body = self.frame[4 : 4 + size]
            if len(body) < size:
                raise WorkerGone("did not finish")
            reply, tensors = wire.decode(body)
        except wire.ProtocolError as error:
            raise WorkerGone(str(error)) from None
        match reply:
            case {"to": 1, "reply": value}:
                return value, tensors
        raise WorkerGone("spoke without being asked")

    def why_missing(self, name: str) -> str | None:
        return None


def use(student: Student) -> str:
    """Asks for a value and does with it what checks do. What it ended in; anything but the expected ends raises."""
    try:
        value = student.call("f", (), "f", (), {})
    except CheckFailure as failure:
        if len(failure.message) > 100_000:
            raise RuntimeError("a message without bounds") from failure
        return "CheckFailure"
    except wire.ProtocolError:
        return "ProtocolError"
    assert len(describe(value)) < 3000
    for check in (
        lambda: assert_matches(value, EXPECTED, suspects={"kl-sign": -EXPECTED}),
        lambda: assert_tensor(value),
        lambda: assert_number(value),
    ):
        with contextlib.suppress(CheckFailure):
            check()
    return "value"


class FakeParent:
    """Stands for the warm parent: a worker of its is a thread that answers with `mutator`'s frames, in its own way."""

    def __init__(self, mutator: Mutator) -> None:
        self._mutator = mutator
        self._random = mutator.random
        self._threads: list[threading.Thread] = []
        self.home = Path(tempfile.gettempdir())

    def fork(self, scratch: Path, limits: Limits) -> tuple[int, socket.socket]:
        ours, theirs = socket.socketpair()
        thread = threading.Thread(target=self._serve, args=(theirs,), daemon=True)
        thread.start()
        self._threads.append(thread)
        return NOBODY, ours

    def reap(self, pid: int, grace: float) -> int:
        self._threads.pop().join(10)
        return self._random.choice((0, 1, -9, -11, -24, -40, -64, 255))

    def _serve(self, channel: socket.socket) -> None:
        with channel, contextlib.suppress(OSError, EOFError):
            channel.settimeout(10)
            while True:
                number = _question_number(channel)
                self._answer(channel, number)

    def _answer(self, channel: socket.socket, number: int) -> None:
        other = self._random.choice((number, number, number, number + 1, number - 1, 0, True, float(number)))
        frame = self._mutator.frame(other)
        match self._random.choices(("whole", "pieces", "twice", "cut", "never", "noise"), (8, 4, 1, 1, 1, 1))[0]:
            case "whole":
                channel.sendall(frame)
            case "pieces":
                step = self._random.choice((1, 3, 100)) if len(frame) < 2000 else 4096
                for at in range(0, len(frame), step):
                    channel.sendall(frame[at : at + step])
            case "twice":
                channel.sendall(frame * 2)
            case "cut":
                channel.sendall(frame[: self._random.randrange(len(frame))])
                raise EOFError
            case "noise":
                channel.sendall(self._random.randbytes(self._random.choice((1, 4, 100))))


def _question_number(channel: socket.socket) -> int:
    """Reads a question as the worker does."""
    header = _exactly(channel, 4)
    tree, _ = wire.decode(_exactly(channel, wire.frame_size(header)))
    return int(tree["number"])


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = channel.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


class Socketed:
    """A channel to a fake worker through a real socket; a new one when the last is gone."""

    def __init__(self, choices: random.Random, seconds: float = 0.05) -> None:
        self._parent: Any = FakeParent(Mutator(choices))
        self._seconds = seconds
        self._worker: Worker | None = None

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        if self._worker is None or not self._worker.alive:
            self._worker = Worker(self._parent, Limits())
        return self._worker.ask(tree, tensors, self._seconds)

    def why_missing(self, name: str) -> str | None:
        return None

    def close(self) -> None:
        if self._worker is not None:
            self._worker.stop()


def with_lengths(body: bytes) -> bytes:
    """A frame around a body."""
    return struct.pack("<I", len(body)) + body
