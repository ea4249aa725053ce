"""Kills `grader grade` with SIGKILL at random moments of one class, then compares with an undisturbed run.

    python benchmarks/faults.py --kills 60 --students 60

Prints what it did; exits with 1 unless the gradebook, the results and the feedback are the same to the byte, each
submission is in the journal exactly once, and neither a process nor a temporary folder is left. Nothing that it writes
stays.
"""

from __future__ import annotations

import argparse
import difflib
import random
import sys
import tempfile
from pathlib import Path

from grader.course.folders import ROOT

sys.path.insert(0, str(ROOT))

from tests.classroom.storm import Storm, files, journal, write_class


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="of the random moments")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "class").mkdir()
        write_class(root / "class", options.students)
        calm = Storm(root / "class", root / "calm", root / "tmp-calm")
        calm.run()
        print(f"undisturbed: {len(journal(calm.out))} submissions", flush=True)
        storm = Storm(root / "class", root / "storm", root / "tmp-storm")
        kills = storm.rage(options.kills, random.Random(options.seed), tell=_tell)
        storm.run()
        same = _compare(files(calm.out), files(storm.out))
        once = all(count == 1 for _, count in journal(storm.out)) and len(journal(storm.out)) == options.students
        left = storm.leftovers()
        print(f"{kills} kills; same files: {same} ({len(files(storm.out))}); each once: {once}; left behind: {left}")
        return 0 if same and once and not left and kills >= options.kills else 1


def _compare(calm: dict[str, bytes], storm: dict[str, bytes]) -> bool:
    """Whether the files are the same; prints those that are not."""
    differing = [name for name in sorted(calm.keys() | storm.keys()) if calm.get(name) != storm.get(name)]
    for name in differing[:5]:
        texts = [content.get(name, b"").decode("utf-8", "replace").splitlines() for content in (calm, storm)]
        changes = difflib.unified_diff(*texts, f"{name}, undisturbed", f"{name}, disturbed", lineterm="", n=0)
        print("\n".join(line[:300] for line in changes))
    return not differing


def _tell(kills: int, finished: int) -> None:
    if kills % 10 == 0:
        print(f"{kills} kills, {finished} submissions finished", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
