"""The submission as checks see it: `student.kl_divergence(mu, log_var)`, `student.VAE()`, `student.run(probe)`.

Nothing here touches the student's objects. Each use becomes a request on a channel, and what comes back is plain data,
or a `Remote` that stands for an object which stays with the submission.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

import torch

from grader.failures import CheckFailure, Raised, unwritten
from grader.submission.lacking import FORM, lacking, type_name, undefined
from grader.submission.probe_source import probe_source
from grader.untrusted import one_line
from grader.worker import wire
from grader.worker.client import WorkerGone

CALL_SECONDS = 10.0
PROBE_SECONDS = 30.0
MAX_FRAMES = 6
_ENDS = {  # exceptions that would end a notebook, and what to say about them
    "SystemExit": "calls `sys.exit` (or `exit`): a notebook must not end the Python process.",
    "EOFError": "asks for input: nobody is there to answer when the notebook is graded.",
    "BdbQuit": "stops in a debugger (`breakpoint()` or `pdb`): nobody is there when the notebook is graded.",
}


class Channel(Protocol):
    """Carries one request to where the submission is and brings the reply."""

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        """The reply's tree and tensors. WorkerGone when the submission did not answer properly.

        The submission replies with a value, an exception or what it lacks. That an exercise is "unwritten", or that a
        name is "absent" although its cell is there, the channel says itself, from the source.
        """
        ...

    def why_missing(self, name: str) -> str | None:
        """What is known about why the notebook does not define `name`."""
        ...


class Student:
    """What the `student` fixture gives. Attributes are the names that the notebook defines.

    `elsewhere` is the same notebook in another process, where no cell that trains a model has run; where there is none,
    in a live notebook, it is the student itself.
    """

    def __init__(self, channel: Channel, elsewhere: Channel | None = None) -> None:
        self._channel = channel
        self._begin: dict[str, int] = {}
        self.elsewhere = Student(elsewhere) if elsewhere else self

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self, name, (), name)

    def begin(self, seed: int) -> None:
        """Starts a check: the next request finds a known seed and the default modes."""
        self._begin = {"seed": seed}
        if self.elsewhere is not self:
            self.elsewhere.begin(seed)

    def run(self, probe: Callable[..., Any], *args: Any, seconds: float = PROBE_SECONDS, **kwargs: Any) -> Any:
        """Runs `probe(names, *args, **kwargs)` where the submission is, and gives what it returns.

        `probe` is a module-level function. Its source is sent, and that of what it names (see `probe_source`).
        """
        request = {"do": "run", "source": probe_source(probe), "name": probe.__name__}
        return self._with_arguments(request, args, kwargs, seconds, "Your code")

    def call(
        self,
        root: str | int,
        path: tuple[str, ...],
        label: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        request = {"do": "call", "target": root, "path": list(path)}
        return self._with_arguments(request, args, kwargs, CALL_SECONDS, f"Your `{label}`")

    def _with_arguments(
        self, request: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float, who: str
    ) -> Any:
        tree, tensors = wire.pack((args, kwargs), _handle_of)
        return self._ask(request | {"arguments": tree}, tensors, seconds, who)

    def _ask(self, request: dict[str, Any], tensors: list[torch.Tensor], seconds: float, who: str) -> Any:
        try:
            reply, reply_tensors = self._channel.ask(request | self._begin, tensors, seconds)
            self._begin = {}
        except WorkerGone as reason:
            raise CheckFailure(f"{who} {reason}.", structural=True) from None
        match reply:
            case {"value": value}:
                return wire.unpack(value, reply_tensors, self._remote)
            case {"raised": {"type": str(kind), "message": str(message), "frames": list(frames)}}:
                raise Raised(explain_exception(who, kind, message, frames), structural=kind in _ENDS)
            case {"unwritten": str(exercise), "frames": list(frames)}:
                raise Raised(with_places(unwritten(exercise), frames))
            case {"absent": str(name)}:
                raise CheckFailure(self._channel.why_missing(name) or undefined(name), structural=True)
            case {"lacks": {"kind": str(kind), "name": str(name), "given": str(given)}}:
                sentence = lacking(who, kind, name, given, request)
                if kind == "name":
                    sentence = self._channel.why_missing(name) or sentence
                raise CheckFailure(sentence, structural=True) if kind in FORM else Raised(sentence)
        raise wire.ProtocolError("a reply that is neither a value nor an exception")

    def _remote(self, handle: wire.Handle) -> Remote:
        return Remote(self, handle.number, (), handle.type_name)


class Remote:
    """An object of the submission: call it, or reach for its attributes and call those."""

    def __init__(self, student: Student, root: str | int, path: tuple[str, ...], label: str) -> None:
        self._student = student
        self._root = root
        self._path = path
        self.type_name = label

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._student.call(self._root, self._path, self.type_name, args, kwargs)

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self._student, self._root, (*self._path, name), f"{self.type_name}.{name}")

    def __repr__(self) -> str:
        return f"<a {self.type_name} of the submission>"


def _handle_of(value: Any) -> wire.Handle:
    if isinstance(value, Remote) and isinstance(value._root, int) and not value._path:
        return wire.Handle(value._root, value.type_name)
    raise TypeError(f"a check passed something that is neither data nor an object of the submission: {value!r}")


def explain_exception(who: str, kind: str, message: str, frames: list[Any]) -> str:
    """One sentence about an exception of the submission, and the lines of the student's code it came through.

    Whatever the exception is called, its text stands behind whose code has raised it.
    """
    text, kind = one_line(message, 500), type_name(kind, "an exception")
    if kind in _ENDS:
        sentence = f"{who} {_ENDS[kind]}"
    else:
        python = f" (in Python {sys.version_info.major}.{sys.version_info.minor})" if kind == "SyntaxError" else ""
        sentence = f"{who} raised {kind}{python}" + (f": {text}" if text else ".")
    return with_places(sentence, frames)


def with_places(sentence: str, frames: list[Any]) -> str:
    """The sentence, and below it the lines of a traceback that arrived as data."""
    return "\n".join([sentence, *filter(None, map(frame_line, frames[:MAX_FRAMES]))])


def frame_line(frame: Any) -> str:
    """One line of a traceback that arrived as data, or "" when it is not one."""
    match frame:
        case [str(cell), int(number), str(code)]:
            inside = one_line(cell, 80)
            kind = "" if inside.endswith("()") else "cell "
            place = f"{kind}`{inside}`, line {number}" if inside else f"line {number}"
            return f"  {place}: {one_line(code, 200)}"
    return ""
