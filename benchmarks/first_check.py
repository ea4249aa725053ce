"""From a machine with nothing installed to the first passed check, step by step, in seconds.

    python benchmarks/first_check.py [--quick]

Does what a new learner does: clones the course, runs `python course.py lab`, which makes .venv, waits for JupyterLab's
address, runs lesson 1 from the top in a kernel of that .venv, and its first exercise with the course's answer in it.
What the learner reads and writes in between takes no time here. Writes to a temporary folder only.
`--quick` takes this checkout with the .venv that runs the program, so that nothing is installed.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from _common import machine, print_table
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from grader.course import script
from grader.course.folders import ROOT, Folders

LESSON, EXERCISE = "01_plain_vae", "encoder"
Step = tuple[str, float]


def main() -> None:
    """Print one row for each step, and how much of it is the course's."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="no clone and no set-up")
    options = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        course = Path(scratch) / "course"
        installing, python = [_timed("git clone", "git", "clone", "--quiet", ROOT, course)], Path(sys.executable)
        if not options.quick:
            base = getattr(sys, "_base_executable", None) or sys.executable
            # The least that it can be asked to do once it has set up.
            installing += [_timed("set-up: .venv and its packages", base, course / "course.py", "lab", "--version")]
            python = course / ".venv" / "bin" / "python"
        ours = [*_lab(course, python), *_first_exercise(course, python)]
    rows = [*installing, *ours, ("all", _sum(installing + ours)), ("without git's and pip's", _sum(ours))]
    print_table(
        "From nothing to the first passed check, seconds",
        ["step", "seconds"],
        [[name, f"{seconds:.1f}"] for name, seconds in rows],
    )


def _sum(steps: list[Step]) -> float:
    return sum(seconds for _, seconds in steps)


def _timed(name: str, *command: str | Path) -> Step:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return name, time.perf_counter() - start


def _lab(course: Path, python: Path) -> Iterator[Step]:
    """From `course.py lab` in a course that is set up to the address that a browser can open."""
    command = [str(python), "-P", "-m", "grader", "lab", "--no-browser", "--ServerApp.port=0"]
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=course, env=_at(course), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as lab:
        assert lab.stderr is not None
        said = []
        for line in lab.stderr:
            said.append(line)
            if "http://127.0.0.1" in line:
                break
        seconds = time.perf_counter() - start
        lab.send_signal(signal.SIGTERM)
        lab.communicate()
    if "http://" not in said[-1]:
        sys.exit(f"JupyterLab did not start: {''.join(said)}")
    yield "lab: your copies, JupyterLab's address", seconds


def _first_exercise(course: Path, python: Path) -> Iterator[Step]:
    """The learner's copy of the lesson, cell by cell, to the first check."""
    folders = Folders(course / "solutions", course / "grader" / "checks", course / "lessons")
    notebook = nbformat.read(folders.own(LESSON), as_version=4)
    answers = {cell.name: script.reference(cell) for cell in script.read(folders.script(LESSON))}
    manager = AsyncKernelManager(kernel_name="python3")
    manager.kernel_spec.argv[0] = str(python)
    client = NotebookClient(notebook, km=manager, timeout=600)
    start = time.perf_counter()
    with client.setup_kernel(env=_at(course), stderr=subprocess.DEVNULL, cleanup_kc=True):
        yield "a kernel", time.perf_counter() - start
        for index, cell in enumerate(notebook.cells):
            if cell.id == EXERCISE:
                cell.source = answers[EXERCISE]
            start = time.perf_counter()
            client.execute_cell(cell, index)
            if cell.cell_type == "code":
                yield f"the cell {cell.id}", time.perf_counter() - start
            if cell.id == f"check_{EXERCISE}":
                break
    if "passed" not in str(cell.outputs):
        sys.exit(f"The course's answer to {EXERCISE} did not pass: {cell.outputs}")


def _at(course: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(course)}


if __name__ == "__main__":
    main()
