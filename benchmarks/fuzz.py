"""Throws malformed data at everything that reads what students control, and prints what came of it.

    python benchmarks/fuzz.py frames --count 1000000       replies of hostile workers
    python benchmarks/fuzz.py notebooks --count 20000      hand-ins

Ends with exit code 1, and the seed to repeat it, at the first input that does not end as it should: with an exception
that is none of the documented ones, or after more than `--patience` seconds of processor time.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from grader.course.folders import ROOT
from grader.submission.student import Student

sys.path.insert(0, str(ROOT))
from tests.fuzz.channels import Replay, Socketed, use, with_lengths
from tests.fuzz.frames import Mutator, giants
from tests.fuzz.notebooks import NotebookMutator, read_through

Trial = Callable[[], str]
ROUND = 1000  # trials with one seed
SOCKET_SHARE = 0.05


def frames(seed: int) -> Iterator[Trial]:
    """Replies, most of them read in process, some through a socket with a worker that is late, silent or wrong."""
    choices = random.Random(seed)
    mutator, replay, socketed = Mutator(choices), Replay(), Socketed(random.Random(seed + 1), seconds=0.02)
    in_process, through_socket, large = Student(replay), Student(socketed), giants() if seed % 20 == 0 else []

    def replayed(frame: bytes) -> str:
        replay.frame = frame
        return use(in_process)

    with contextlib.closing(socketed):
        for number in range(ROUND):
            if large and number % (ROUND // len(large)) == 0:
                body = choices.choice(large)
                yield lambda body=body: "giant: " + replayed(with_lengths(body))  # type: ignore[misc]
            elif choices.random() < SOCKET_SHARE:
                yield lambda: "socket: " + use(through_socket)
            else:
                yield lambda: replayed(mutator.frame(1))


def notebooks(seed: int) -> Iterator[Trial]:
    """Hand-ins: mutated notebooks of the course, from the file's bytes to the list of cells to run."""
    mutator = NotebookMutator(random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hand-in.ipynb"
        for _ in range(ROUND):
            path.write_bytes(mutator.file())
            yield lambda: read_through(path)


def run(make: Callable[[int], Iterator[Trial]], count: int, first_seed: int, patience: float) -> int:
    """Runs trials and prints figures ten times on the way; the exit code."""
    ends: Counter[str] = Counter()
    slowest, done, started, settled = 0.0, 0, time.monotonic(), 0
    seed = first_seed
    while done < count:
        for trial in make(seed):
            began = time.process_time()
            try:
                ends[trial()] += 1
            except Exception:
                print(f"FAILED in the round of seed {seed}, after {done} trials", flush=True)
                raise
            spent = time.process_time() - began
            slowest, done = max(slowest, spent), done + 1
            if spent > patience:
                print(f"TOO SLOW: {spent:.1f} s of processor time in the round of seed {seed}")
                return 1
            if done == count // 10:
                settled = resident()
            if done % max(1, count // 10) == 0:
                rate = done / (time.monotonic() - started)
                print(f"{done:>9,} trials  {rate:7,.0f}/s  slowest {slowest:.2f} s  {resident():,} MiB now", flush=True)
            if done == count:
                break
        seed += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{done:,} trials, seeds {first_seed} to {seed - 1}: "
        + ", ".join(f"{n:,} {end}" for end, n in sorted(ends.items()))
    )
    print(f"memory {settled:,} MiB after a tenth, {resident():,} MiB at the end, {peak:,} MiB at most")
    return 0


def resident() -> int:
    """MiB of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("frames", "notebooks"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first round; each round has the next one")
    parser.add_argument("--patience", type=float, default=10.0, help="seconds of processor time for one input")
    options = parser.parse_args()
    torch.set_num_threads(1)
    return run({"frames": frames, "notebooks": notebooks}[options.what], options.count, options.seed, options.patience)


if __name__ == "__main__":
    raise SystemExit(main())
