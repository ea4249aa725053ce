"""The one place that touches torchvision: downloading MNIST and Fashion-MNIST.

The import takes about two seconds and is needed for a download only, so it happens inside the function.

torchvision's Linux wheels are built for CUDA. Beside a CPU-only torch their compiled operators do not load,
and `import torchvision` stops at "operator torchvision::nms does not exist", because it describes two
operators that nobody has declared. Declaring them is enough for all that is written in Python, data sets too.
"""

from __future__ import annotations

import importlib.util
import re
import socket
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

import torch

_UNDECLARED = ("nms", "qnms")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
PROBE_SECONDS = 2.0
_STALL_SECONDS = 20.0


class DownloadError(Exception):
    """A data set could not be downloaded; the message says why."""


def download(class_name: str, folder: Path) -> None:
    """Download a torchvision data set ("MNIST", "FashionMNIST") and put its missing raw files into `folder`.

    The files arrive in a scratch folder first: an interrupted download leaves nothing half-written behind,
    and files that are already in `folder` stay as they are.
    """
    if not _sockets_allowed():
        raise DownloadError("network access is denied")
    dataset = getattr(datasets(), class_name)
    if not any(_answers(mirror + dataset.resources[0][0]) for mirror in dataset.mirrors):
        raise DownloadError("no network connection")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as scratch, _stall_limit():
            arrived = Path(dataset(scratch, download=True).raw_folder)
            for file in arrived.glob("*-ubyte"):
                if not (folder / file.name).exists():
                    file.rename(folder / file.name)
    except Exception as error:  # urllib, http.client, torchvision and the disk each have their own kinds
        raise DownloadError(" ".join(str(error).split()) or type(error).__name__) from error


@cache
def datasets() -> ModuleType:
    """torchvision.datasets, imported when it is needed: that takes two seconds."""
    import torchvision.datasets

    return torchvision.datasets


def make_importable() -> None:
    """From now on `import torchvision` works, also where a CPU-only torch sits beside a CUDA build of torchvision."""
    if "torchvision" not in sys.modules and torch.version.cuda is None and _built_for_cuda():
        _declare_operators()


def _built_for_cuda() -> bool:
    """Whether the installed torchvision says so in its version, read without importing it."""
    spec = importlib.util.find_spec("torchvision")
    version = Path(spec.origin).with_name("version.py") if spec and spec.origin else None
    return version is not None and re.search(r"__version__ = .*\+cu\d", version.read_text()) is not None


@cache
def _declare_operators() -> torch.library.Library:
    """Declare the operators; they last as long as the returned object, so the cache keeps it."""
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in _UNDECLARED:
        library.define(name + _SIGNATURE)
    return library


def _sockets_allowed() -> bool:
    try:
        socket.socket().close()
    except OSError:
        return False
    return True


def _answers(url: str) -> bool:
    """Whether the server has the file, known after `PROBE_SECONDS` at the latest.

    A thread asks, because looking up a name has no time limit of its own.
    """
    answers: list[bool] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=PROBE_SECONDS):
                answers.append(True)
        except Exception:  # whatever went wrong: there is no download from here
            pass

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PROBE_SECONDS)
    return bool(answers)


@contextmanager
def _stall_limit() -> Iterator[None]:
    """Make a connection that falls silent an error; torchvision sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_STALL_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
