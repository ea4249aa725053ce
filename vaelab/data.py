"""Images as flat float32 tensors: handwritten digits that need no download, MNIST and Fashion-MNIST.

MNIST and Fashion-MNIST lie under `$VAELAB_DATA`, else in a cache folder of the user, in torchvision's layout
(`MNIST/raw/train-images-idx3-ubyte`, gzipped or not). What is missing is downloaded by torchvision; what is
there is read here, which spares every notebook the two seconds of importing torchvision.
"""

from __future__ import annotations

import gzip
import importlib.util
import math
import os
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import platformdirs
import torch
from torch import Tensor

from vaelab import _torchvision

SIDE = 28
SPLITS = ("train", "test")
_FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}
NAMES = ("digits", *_FOLDERS, "auto")
_DIGIT_NAMES = [str(digit) for digit in range(10)]
_CLASS_NAMES = {
    "digits": _DIGIT_NAMES,
    "mnist": _DIGIT_NAMES,
    "fashion-mnist": ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                      "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
}  # fmt: skip


class Split(NamedTuple):
    """One split of a data set: images float32 (N, 784) in [0, 1], labels int64 (N,)."""

    images: Tensor
    labels: Tensor


class DataError(Exception):
    """A file of a data set is missing or damaged; the message says which one and what to do."""

    def __init__(self, file: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{file} {problem}. {remedy}")
        self.file, self.problem = file, problem


def load(name: str, split: str, device: torch.device | str | None = None) -> Split:
    """A split, "train" or "test", of "digits", "mnist", "fashion-mnist" or "auto" (see `resolve`).

    "digits" are the 1,797 handwritten digits that scikit-learn carries, enlarged from 8x8 to 28x28 pixels;
    every fifth of each class is held out for "test". The tensors are the caller's own: changing them changes
    nothing else. They are on `device`, by default where new tensors are made (see `vaelab.use_device`). Raises
    ValueError for other names, DataError when files are damaged or can neither be found nor downloaded.
    """
    _require(split, SPLITS, "split")
    name = resolve(name)
    images, labels = _digits(split) if name == "digits" else _read_split(_root(), name, split)
    pixels = images.astype(np.float32)
    if images.dtype == np.uint8:
        pixels /= 255
    place = torch.get_default_device() if device is None else device
    return Split(torch.from_numpy(pixels).to(place), torch.from_numpy(labels.astype(np.int64)).to(place))


def resolve(name: str = "auto") -> str:
    """The data set that `name` means on this machine.

    "auto" is "fashion-mnist" where that is present or can be downloaded, else "digits"; a printed line says
    which, and why. It is decided once per process, within seconds when there is no network. Other names mean
    themselves.
    """
    _require(name, NAMES, "data set")
    if name != "auto":
        return name
    chosen, why = _decide(_root())
    print(f"vaelab: using {chosen} ({why})")
    return chosen


def class_names(name: str) -> list[str]:
    """What the labels 0 ... 9 stand for."""
    _require(name, NAMES, "data set")
    return list(_CLASS_NAMES[_decide(_root())[0] if name == "auto" else name])


class Batches:
    """A re-iterable sequence of mini-batches; see `batches`."""

    def __init__(self, tensors: Sequence[Tensor], batch_size: int, shuffle: bool, generator: torch.Generator | None):
        self._tensors, self._size = tensors, batch_size
        self._shuffle, self._generator = shuffle, generator

    def __len__(self) -> int:
        return math.ceil(len(self._tensors[0]) / self._size)

    def to(self, device: torch.device | str) -> Batches:
        """The same batches from tensors on a device; the order is drawn as before."""
        return Batches([tensor.to(device) for tensor in self._tensors], self._size, self._shuffle, self._generator)

    def __iter__(self) -> Iterator[Any]:
        total = len(self._tensors[0])
        drawn_on = self._generator.device if self._generator else self._tensors[0].device
        order = torch.randperm(total, generator=self._generator, device=drawn_on) if self._shuffle else None
        for start in range(0, total, self._size):
            chosen = slice(start, start + self._size) if order is None else order[start : start + self._size]
            batch = tuple(tensor[chosen] for tensor in self._tensors)
            yield batch if len(batch) > 1 else batch[0]


def batches(
    images: Tensor,
    labels: Tensor | None = None,
    *,
    batch_size: int = 128,
    shuffle: bool = False,
    generator: torch.Generator | None = None,
) -> Batches:
    """Mini-batches `x` of `images`, or pairs `(x, y)` with `labels`, to iterate over as often as you like.

    The last batch may be smaller. `shuffle` draws a new order for every epoch, from `generator` or else from
    torch's global one; without it batches are views of the tensors. Raises TypeError and ValueError for
    unusable arguments.
    """
    tensors = [images] if labels is None else [images, labels]
    if not all(isinstance(tensor, Tensor) and tensor.dim() > 0 for tensor in tensors):
        raise TypeError("images and labels must be tensors with one entry per image")
    if len(tensors[-1]) != len(images):
        raise ValueError(f"{len(images)} images but {len(tensors[-1])} labels")
    if isinstance(batch_size, bool) or not isinstance(batch_size, int):
        raise TypeError(f"batch_size must be an int, not {batch_size!r}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    return Batches(tensors, batch_size, shuffle, generator)


def _require(value: str, choices: Sequence[str], what: str) -> None:
    if value not in choices:
        raise ValueError(f"unknown {what} {value!r}; choose one of {', '.join(map(repr, choices))}")


def _root() -> Path:
    chosen = os.environ.get("VAELAB_DATA")
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("vaelab"))


@cache
def _decide(root: Path) -> tuple[str, str]:
    """What "auto" means with this root, and the reason."""
    try:
        for split in SPLITS:
            _read_split(root, "fashion-mnist", split)
    except DataError as error:
        return "digits", f"no fashion-mnist: {error.file.name} {error.problem}"
    return "fashion-mnist", "all its files are there"


# --- the digits that scikit-learn carries


def _digits(split: str) -> tuple[np.ndarray, np.ndarray]:
    images, labels = read_digits()
    held_out = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        held_out[np.flatnonzero(labels == digit)[4::5]] = True
    chosen = held_out if split == "test" else ~held_out
    return images[chosen], labels[chosen]


@cache
def read_digits() -> tuple[np.ndarray, np.ndarray]:
    """All digits, (1797, 784) and (1797,), read once from scikit-learn's file (importing it takes a second)."""
    package = importlib.util.find_spec("sklearn")
    folder = Path(package.origin).parent if package and package.origin else Path("sklearn")
    file = folder / "datasets" / "data" / "digits.csv.gz"
    try:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(file, f"cannot be read ({error})", "Install scikit-learn again.") from error
    images = _enlarge(table[:, :64].reshape(-1, 8, 8) / 16)
    return images.reshape(len(images), -1), table[:, 64]


def _enlarge(images: np.ndarray) -> np.ndarray:
    """Bilinear, (N, 8, 8) to (N, 28, 28): what torch's `interpolate` does, without its threads."""
    side = images.shape[-1]
    position = ((np.arange(SIDE) + 0.5) * side / SIDE - 0.5).clip(0, side - 1)
    low = position.astype(int)
    high = np.minimum(low + 1, side - 1)
    weight = (position - low).astype(np.float32)
    rows = images[:, low] * (1 - weight)[:, None] + images[:, high] * weight[:, None]
    return (rows[:, :, low] * (1 - weight) + rows[:, :, high] * weight).clip(0, 1)


# --- MNIST and Fashion-MNIST


def _read_split(root: Path, name: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """uint8 images (N, 784) and labels (N,) from the raw files, downloaded when they are missing."""
    folder = root / _FOLDERS[name] / "raw"
    prefix = "train" if split == "train" else "t10k"
    wanted = [folder / f"{prefix}-images-idx3-ubyte", folder / f"{prefix}-labels-idx1-ubyte"]
    if not all(_stored(file) for file in wanted):
        _download(name, folder, next(file for file in wanted if not _stored(file)))
    images_file, labels_file = (_stored(file) or file for file in wanted)
    images, labels = _read_idx(images_file, 3), _read_idx(labels_file, 1)
    if images.shape[1:] != (SIDE, SIDE):
        raise _damaged(images_file, f"holds images of {images.shape[1]}x{images.shape[2]} pixels, not 28x28")
    if len(images) != len(labels):
        raise _damaged(labels_file, f"holds {len(labels)} labels for {len(images)} images")
    if labels.max(initial=0) > 9:
        raise _damaged(labels_file, f"holds the label {labels.max()}, which is none of 0 to 9")
    return images.reshape(len(images), SIDE * SIDE), labels


def _stored(file: Path) -> Path | None:
    """The file as it lies on the disk, plain or gzipped."""
    zipped = file.with_name(file.name + ".gz")
    return next((candidate for candidate in (file, zipped) if os.path.isfile(candidate)), None)


def _download(name: str, folder: Path, missing: Path) -> None:
    try:
        _torchvision.download(_FOLDERS[name], folder)
    except _torchvision.DownloadError as error:
        raise DataError(
            missing,
            f"is not there and cannot be downloaded ({error})",
            "Try again with a network connection, set VAELAB_DATA to a folder that holds "
            f"{_FOLDERS[name]}/raw, or use the data set 'digits'.",
        ) from error


def _read_idx(file: Path, dims: int) -> np.ndarray:
    """The bytes of an idx file as an array with `dims` dimensions."""
    try:
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(file, f"is damaged or truncated ({error})") from error
    except OSError as error:
        remedy = "Make it readable for you, or set VAELAB_DATA to a folder with a good copy."
        raise DataError(file, f"cannot be read ({error.strerror})", remedy) from error
    if not bytes((0, 0, 8, dims)).startswith(content[:4]):
        raise _damaged(file, f"is not an idx file of bytes in {dims} dimension{'s' if dims > 1 else ''}")
    header = 4 + 4 * dims
    if len(content) < header:
        raise _damaged(file, f"is truncated: {len(content)} bytes are less than its header")
    shape = np.frombuffer(content, ">u4", dims, offset=4).tolist()
    expected = header + math.prod(shape)
    if len(content) != expected:
        state = "truncated" if len(content) < expected else "damaged"
        raise _damaged(file, f"is {state}: {len(content)} bytes where its header announces {expected}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _damaged(file: Path, problem: str) -> DataError:
    again = "Delete this file and load again to download it afresh"
    return DataError(file, problem, f"{again}, or set VAELAB_DATA to a folder with a good copy.")
