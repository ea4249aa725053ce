"""One training epoch of the 784-400-20 VAE: against a DataLoader loop, and against its matrix products alone.

    VAELAB_DATA=... python benchmarks/training.py [--quick]

Prints one table, in about two minutes on two cores, and writes nothing.
The model, the loss and `train_epoch` are lesson 1's. The DataLoader loop differs in where its batches come from:
torchvision's MNIST with ToTensor, as tutorials have it. The matrix products are those of the forward and the backward
pass, of the same shapes and nothing else: what the processor needs at least. Rounds alternate between the three; the
figures are medians over the rounds. Without MNIST (see vaelab/data.py) random images of the same size are used.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from _common import machine, print_table, solution
from _loader import tutorial_loader
from torch import Tensor

from vaelab import data

IMAGES, BATCH, PIXELS, HIDDEN, LATENTS = 60_000, 128, 784, 400, 20
BUDGET = "budget: at least 3 times as fast as the DataLoader loop, at least 70 % of the matrix products' rate"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="2,000 random images, one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="all cores by default")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    count, rounds = (2_000, 1) if options.quick else (IMAGES, options.rounds)
    with tempfile.TemporaryDirectory() as scratch:
        print(machine(options.threads))
        what = _find_images(Path(scratch), count, only_random=options.quick)
        measured = _measure(data.load("mnist", "train").images, rounds)
    _print(measured, what, count)


def _find_images(scratch: Path, count: int, *, only_random: bool) -> str:
    """Makes sure that `load("mnist")` and torchvision find images; says which."""
    if not only_random:
        try:
            data.load("mnist", "train")
            return "images of MNIST"
        except data.DataError:
            pass
    os.environ["VAELAB_DATA"] = str(scratch)
    raw = scratch / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, rows in (("train", count), ("t10k", 1)):
        pixels = torch.randint(0, 256, (rows, PIXELS), dtype=torch.uint8)
        _write_idx(raw / f"{prefix}-images-idx3-ubyte", (rows, data.SIDE, data.SIDE), pixels)
        _write_idx(raw / f"{prefix}-labels-idx1-ubyte", (rows,), torch.zeros(rows, dtype=torch.uint8))
    return "random images"


def _write_idx(file: Path, shape: tuple[int, ...], values: Tensor) -> None:
    sizes = b"".join(size.to_bytes(4, "big") for size in shape)
    file.write_bytes(bytes((0, 0, 8, len(shape))) + sizes + values.numpy().tobytes())


def _measure(images: Tensor, rounds: int) -> dict[str, list[float]]:
    """Seconds of each epoch by what it was."""
    lesson = solution("01_plain_vae")
    ours = data.batches(images, batch_size=BATCH, shuffle=True)
    model = lesson["VAE"](PIXELS, HIDDEN, LATENTS)
    default = torch.optim.Adam(model.parameters(), lr=1e-3)
    fused = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    loader = tutorial_loader("MNIST", BATCH)
    products = _products(len(images))
    epochs: dict[str, Callable[[], Any]] = {
        "course": lambda: lesson["train_epoch"](model, ours, default),
        "products": products,
        "fused": lambda: lesson["train_epoch"](model, ours, fused),
        "products again": products,
        "batches": lambda: sum(len(x) for x in ours),
        "loader": lambda: lesson["train_epoch"](model, (x for x, _ in loader()), default),
    }
    lesson["train_epoch"](model, data.batches(images[: 10 * BATCH], batch_size=BATCH), default)  # warm-up
    seconds: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(rounds):
        for name, epoch in epochs.items():
            start = time.perf_counter()
            epoch()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def _products(images: int) -> Callable[[], None]:
    """The matrix products of an epoch, bare."""
    shapes = _product_shapes(BATCH)
    pairs = [(torch.randn(rows, inner), torch.randn(inner, columns)) for rows, inner, columns in shapes]

    def run() -> None:
        for _ in range(round(images / BATCH)):
            for left, right in pairs:
                torch.mm(left, right)

    return run


def _product_shapes(batch: int) -> list[tuple[int, int, int]]:
    """(rows, inner, columns) of each product of a training step; the first layer needs no gradient of its inputs."""
    layers = [(PIXELS, HIDDEN), (HIDDEN, LATENTS), (HIDDEN, LATENTS), (LATENTS, HIDDEN), (HIDDEN, PIXELS)]
    forward = [(batch, inputs, outputs) for inputs, outputs in layers]
    by_weights = [(outputs, batch, inputs) for inputs, outputs in layers]
    by_inputs = [(batch, outputs, inputs) for inputs, outputs in layers[1:]]
    return forward + by_weights + by_inputs


def _print(seconds: dict[str, list[float]], what: str, count: int) -> None:
    operations = 2 * sum(rows * inner * columns for rows, inner, columns in _product_shapes(BATCH)) * count / BATCH
    bare = seconds["products"] + seconds["products again"]
    rows = []
    for name, label in LABELS.items():
        times = bare if name == "products" else seconds[name]
        each = median(times)
        rows.append([label, f"{each:.2f}", _rate(name, operations / each), f"{median(seconds['loader']) / each:.1f} x"])
        rows[-1].append("" if name == "batches" else f"{median(bare) / each:.0%}")
    head = ["one epoch", "seconds", "GFLOP/s", "against the DataLoader loop", "of the products' rate"]
    print_table(f"784-400-20 VAE, {count:,} {what}, batches of {BATCH}", head, rows)
    print(f"\nAn epoch has {operations / 1e9:.0f} GFLOP in its matrix products. {BUDGET}")


LABELS = {
    "loader": "train_epoch on a DataLoader with ToTensor",
    "course": "train_epoch on the course's batches",
    "fused": "the same, Adam(..., fused=True)",
    "products": "its matrix products alone",
    "batches": "its batches alone",
}


def _rate(name: str, per_second: float) -> str:
    return "" if name == "batches" else f"{per_second / 1e9:.0f}"


if __name__ == "__main__":
    main()
