"""Answers questions about a submission: the part that touches the student's objects.

In a graded run it lives in the confined worker; for `check(...)` in a notebook it works in process on the live
namespace. Either way only plain data leaves it (see `wire`), so a check cannot tell the two apart.
"""

from __future__ import annotations

import linecache
import random
import sys
from collections.abc import Callable, Sequence
from types import ModuleType, TracebackType
from typing import Any

import numpy
import torch

from grader.worker import wire
from grader.worker.cells import Cells

Namespace = dict[str, Any]
Reply = tuple[dict[str, Any], list[torch.Tensor]]
_MAX_FRAMES = 6


class Lacking(LookupError):
    """Something that was asked for is not there, or is not what it should be.

    `kind` selects one of the grader's own sentences (see `grader.submission.lacking`); `name` is what was asked for,
    `given` the type of what is there.
    """

    def __init__(self, kind: str, name: str, given: str = "") -> None:
        super().__init__(name)
        self.kind, self.name, self.given = kind, name, given


class Names:
    """The names that a notebook defines, as attributes: what a probe gets as its first argument."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        try:
            return self._namespace[name]
        except KeyError:
            raise Lacking("name", name) from None


def _seed(seed: int) -> None:
    """Python's, NumPy's and PyTorch's generators.

    `torch.manual_seed` takes half a millisecond to note where it was called from for each kind of device.
    """
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    if torch.cuda.is_available():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


class Servant:
    """Runs cells, calls functions and probes in one namespace, one request at a time."""

    def __init__(self, namespace: Namespace, left_out: Sequence[str] = ()) -> None:
        """`left_out`: the names of commands that did not run, to which more may be added."""
        self.namespace = namespace
        self.cells = Cells(namespace)
        self.kept: list[Any] = []
        self._probes: dict[str, ModuleType] = {}
        self._left_out = left_out

    def answer(self, request: Any, tensors: list[torch.Tensor]) -> Reply:
        """The reply to one request: {"value": …}, {"lacks": …} or {"raised": …}, with the tensors of the value.

        A request with a "seed" begins a check.
        """
        operations: dict[str, Callable[[dict[str, Any], list[torch.Tensor]], Any]] = {
            "cell": self._cell,
            "call": self._call,
            "run": self._run,
        }
        try:
            if "seed" in request:
                self._begin(request["seed"])
            value = operations[request["do"]](request, tensors)
            tree, reply_tensors = wire.pack(value, self._keep)
            return {"value": tree}, reply_tensors
        except Lacking as lacking:
            return {"lacks": {"kind": lacking.kind, "name": lacking.name, "given": lacking.given[:80]}}, []
        except BaseException as error:
            return {"raised": self._describe(error)}, []

    def _begin(self, seed: int) -> None:
        """Known seed, no kept objects, and the global modes as PyTorch starts with them."""
        self.kept.clear()
        _seed(seed)
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)
        torch.autograd.set_detect_anomaly(False)
        torch.use_deterministic_algorithms(False)

    def _cell(self, request: dict[str, Any], tensors: list[torch.Tensor]) -> None:
        self.cells.run_cell(request["source"], f"<cell {request['name']}>")

    def _call(self, request: dict[str, Any], tensors: list[torch.Tensor]) -> Any:
        args, kwargs = wire.unpack(request["arguments"], tensors, self._resolve)
        target = self._target(request["target"], request["path"])
        if not callable(target):
            raise Lacking("callable", "", type(target).__name__)
        return target(*args, **kwargs)

    def _run(self, request: dict[str, Any], tensors: list[torch.Tensor]) -> Any:
        args, kwargs = wire.unpack(request["arguments"], tensors, self._resolve)
        probe = sys.modules["probe"] = self._probe(request["source"])  # pickle looks there for its stand-ins' classes
        try:
            return getattr(probe, request["name"])(Names(self.namespace), *args, **kwargs)
        except getattr(probe, "MissingPart", ()) as missing:
            raise Lacking(*missing.lacks) from None

    def _probe(self, source: str) -> ModuleType:
        """The module that a probe's source is; made once, since classes take time."""
        if source not in self._probes:
            self._probes[source] = ModuleType("probe")
            exec(compile(source, "<probe>", "exec"), vars(self._probes[source]))
        return self._probes[source]

    def _target(self, root: str | int, path: list[str]) -> Any:
        target = self.kept[root] if isinstance(root, int) else getattr(Names(self.namespace), root)
        for attribute in path:
            target = getattr(target, attribute)
        return target

    def _keep(self, value: Any) -> wire.Handle:
        self.kept.append(value)
        return wire.Handle(len(self.kept) - 1, type(value).__name__)

    def _resolve(self, handle: wire.Handle) -> Any:
        return self.kept[handle.number]

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """An exception as plain data: its type, its text and the lines of the student's own code it came through."""
        try:
            text = str(error)[:2000]
        except BaseException:
            text = "(its message cannot be shown)"
        if isinstance(error, FileNotFoundError) and self._left_out:
            text += f" ({', '.join(f'`{program}`' for program in self._left_out[:3])} did not run)"
        described: dict[str, Any] = {
            "type": type(error).__name__[:80],
            "message": text,
            "frames": self._student_frames(error.__traceback__),
        }
        if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
            frame = [str(error.filename)[6:-1], error.lineno or 0, str(error.text or "").strip()[:200]]
            described |= {"message": str(error.msg)[:500], "frames": [frame]}
        return described

    def _student_frames(self, traceback: TracebackType | None) -> list[list[Any]]:
        frames = []
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if traceback.tb_frame.f_globals is self.namespace:
                where = "" if code.co_name == "<module>" else f"{code.co_qualname}()"  # a live cell has no name
                cell = code.co_filename[6:-1] if code.co_filename.startswith("<cell ") else where
                line = linecache.getline(code.co_filename, traceback.tb_lineno).strip()
                frames.append([cell[:80], traceback.tb_lineno, line[:200]])
            traceback = traceback.tb_next
        return frames[-_MAX_FRAMES:]
