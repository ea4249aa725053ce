"""The warm parent: imports what every submission needs, once, and forks a confined worker in milliseconds.

It runs in a process of its own, with a clean environment, that has never seen a check, an answer or a seed, and it does
no tensor operation (a fork after OpenMP has started its threads deadlocks). It obeys single-line JSON commands on a
Unix socket; the file descriptor of a new worker's channel travels with the command.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import Any, NoReturn

from grader.worker import habits, sandbox, wire
from grader.worker.commands import Commands
from grader.worker.limits import Limits
from grader.worker.magics import QuietShell
from grader.worker.scratch import remove
from grader.worker.servant import Servant

# torch._dynamo is what the first optimizer of a process would load, for a second; scipy.optimize takes half a one.
_PRELOADED = (
    "torch._dynamo",
    "torch.distributions",
    "numpy",
    "scipy.optimize",
    "tqdm.auto",
    "vaelab.data",
    "vaelab.plots",
    "vaelab.metrics",
)


def main(control_fd: int, root: str, home: str) -> None:
    """Serves commands until the other end closes; then ends the workers that are left and removes their folders."""
    workers: set[int] = set()
    try:
        _warm_up()
        confinement = sandbox.Confinement([Path(root) / "vaelab"])
        sys.path[:] = [entry for entry in sys.path if entry != root]
        _keep_what_is_loaded()
        _serve_commands(socket.socket(fileno=control_fd), confinement, workers)
    finally:
        for pid in workers:
            _reap(pid, 0.0)
        remove(Path(home))


def _serve_commands(control: socket.socket, confinement: sandbox.Confinement, workers: set[int]) -> None:
    control.sendall(b'{"ready": true}\n')
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        if not message:
            return
        command = json.loads(message)
        reply = _obey(command, descriptors, control, confinement)
        if "pid" in reply:
            workers.add(reply["pid"])
        else:
            workers.remove(command["pid"])
        control.sendall(json.dumps(reply).encode() + b"\n")


def _warm_up() -> None:
    """Imports what lessons and typical answers import, so that no worker pays for it."""
    import matplotlib

    matplotlib.use("Agg")
    import importlib

    for name in _PRELOADED:
        importlib.import_module(name)
    import torch

    torch.set_num_threads(1)
    habits.prepare_libraries()
    sys.modules["vaelab.data"].read_digits()


def _keep_what_is_loaded() -> None:
    """No collection in a worker is to look at it again, which would also copy the memory that it shares."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _obey(
    command: dict[str, Any], descriptors: list[int], control: socket.socket, confinement: sandbox.Confinement
) -> Any:
    if command["do"] == "fork":
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_worker(descriptors[0], Path(command["scratch"]), Limits(**command["limits"]), confinement)
        os.close(descriptors[0])
        return {"pid": pid}
    return {"status": _reap(command["pid"], command["grace"])}


def _reap(pid: int, grace: float) -> int | None:
    """Waits `grace` seconds for a worker's end: its exit code, negative for a signal; None when it had to be killed."""
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still this worker's
    os.waitpid(pid, 0)
    return None


def _become_worker(channel: int, scratch: Path, limits: Limits, confinement: sandbox.Confinement) -> NoReturn:
    """In the new process: keep one descriptor, confine, then answer questions until the channel closes."""
    status = 1
    try:
        channel = _keep_only(channel)
        os.chdir(scratch)
        os.environ.update(HOME=str(scratch), TMPDIR=str(scratch), MPLCONFIGDIR=str(scratch))
        tempfile.tempdir = None
        sys.modules["grader"] = _notebook_module()
        sys.path.insert(0, str(scratch))  # where a notebook finds modules that it has written itself
        commands = Commands(scratch)
        habits.replace_calls(commands)
        confinement.confine(scratch, limits)
        _serve(channel, commands)
        status = 0
    finally:
        os._exit(status)


def _keep_only(channel: int) -> int:
    """Leaves the process with null standard streams and the channel as descriptor 3."""
    null = os.open(os.devnull, os.O_RDWR)
    moved = os.dup2(channel, 100)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    kept = os.dup2(moved, 3, inheritable=False)
    os.closerange(4, 65536)
    return kept


def _notebook_module() -> types.ModuleType:
    """What `from grader import check, hint, progress` finds in a worker: for any name, a function that does nothing."""

    def named(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None

    module = types.ModuleType("grader")
    module.__getattr__ = named  # type: ignore[method-assign]
    return module


def _serve(channel: int, commands: Commands) -> None:
    notebook = sys.modules["__main__"] = types.ModuleType("__main__")  # where pickle looks for the notebook's classes
    servant = Servant(vars(notebook), commands.refused)
    QuietShell(servant.cells, commands)
    while (header := _read_exactly(channel, 4)) is not None:
        body = _read_exactly(channel, wire.frame_size(header))
        if body is None:
            return
        tree, tensors = wire.decode(body)
        reply, reply_tensors = servant.answer(tree["question"], tensors)
        _write_all(channel, _encode(tree["number"], reply, reply_tensors))


def _encode(number: int, reply: dict[str, Any], tensors: list[Any]) -> bytes:
    try:
        return wire.encode({"to": number, "reply": reply}, tensors)
    except ValueError as error:
        raised = {"type": "ValueError", "message": f"what came back is {error}", "frames": []}
        return wire.encode({"to": number, "reply": {"raised": raised}}, [])


def _read_exactly(channel: int, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(channel, min(size - len(parts), 2**20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _write_all(channel: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(channel, view) :]
