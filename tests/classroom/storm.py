"""A class of real submissions, the real command that grades it, and ways to kill that at random moments."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psutil

from tests.fake_grading import untimed
from tests.notebooks import all_exercises, write_submission
from tests.waiting import PATIENCE, wait_until

SEED = 5


def write_class(folder: Path, count: int) -> None:
    """Quick submissions: mostly stubs, some with a right, a wrong or a broken answer, and one that is no notebook."""
    wrong = {
        "kl_divergence": "def kl_divergence(mu, log_var):\n    return (log_var.exp() + mu**2 - 1 - log_var).sum(1)"
    }
    ended = {"kl_divergence": "import os\nos._exit(3)"}
    for number in range(count):
        path = folder / f"student{number:02}.ipynb"
        rest = [name for name in all_exercises() if name != "kl_divergence"]
        match number % 5:
            case 0:
                write_submission(path, stubs=all_exercises())
            case 1:
                write_submission(path, stubs=rest)
            case 2:
                write_submission(path, wrong, stubs=rest)
            case 3:
                write_submission(path, ended, stubs=rest)
            case 4:
                path.write_text('{"nbformat": 4, "cells": [')


class Storm:
    """Grades `source` into `out`, with a folder for temporary files that tells its processes from all others."""

    def __init__(self, source: Path, out: Path, temporary: Path) -> None:
        self.source, self.out, self.temporary = source, out, temporary
        temporary.mkdir(exist_ok=True)

    def start(self, *options: str, jobs: int | None = 2) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "grader", "grade", str(self.source), "--out", str(self.out)]
        if jobs:
            command += ["--jobs", str(jobs)]
        return subprocess.Popen(
            [*command, "--seed", str(SEED), *options],
            env=os.environ | {"TMPDIR": str(self.temporary), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str, jobs: int = 2) -> str:
        """Grades to the end; what was said on standard error. AssertionError when it did not succeed."""
        process = self.start(*options, jobs=jobs)
        _, said = process.communicate(timeout=2 * PATIENCE)
        assert process.returncode == 0, said
        return said

    def finished(self) -> int:
        """How many submissions have a result in the journal."""
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"file:{self.out}/results.sqlite?mode=ro", uri=True)) as db,
        ):
            return int(db.execute("SELECT count(*) FROM finished").fetchone()[0])
        return 0

    def wait_for(self, more: int, process: subprocess.Popen[str]) -> None:
        """Until `more` further submissions are finished, or the process is over."""
        wanted = self.finished() + more
        wait_until(lambda: self.finished() >= wanted or process.poll() is not None)

    def processes(self) -> list[psutil.Process]:
        """Warm parents and workers of this class: the folder for temporary files is in their command line."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if str(self.temporary) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def leftovers(self) -> list[str]:
        """Processes and folders that are still there."""
        return [str(one) for one in [*self.processes(), *self.temporary.iterdir()]]

    def kill(self, process: subprocess.Popen[str], how: str) -> None:
        """SIGKILL for the main process alone, for its group (with the grading processes), or for everything."""
        everybody = self.processes() if how == "all" else []
        with suppress(ProcessLookupError):
            if how == "main":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        for one in everybody:
            with suppress(psutil.Error):
                one.kill()
        process.communicate()

    def rage(
        self, kills: int, choices: random.Random, tell: Callable[[int, int], None] = lambda kills, done: None
    ) -> int:
        """Starts and kills until there were so many kills, or the class is finished; how many kills there were."""
        done = 0
        while done < kills:
            process = self.start()
            if choices.random() < 0.4:
                time.sleep(choices.uniform(0, 6))
            else:
                self.wait_for(1, process)
                time.sleep(choices.uniform(0, 0.4))
            if process.poll() is not None:
                assert process.communicate()[1] == ""
                return done
            self.kill(process, choices.choice(("main", "group", "all")))
            done += 1
            tell(done, self.finished())
        return done


def files(out: Path) -> dict[str, bytes]:
    """What the class is about: everything below `out` but the journal and the lock."""
    found = [path for path in out.rglob("*") if path.is_file() and not path.name.startswith("results.")]
    return {path.relative_to(out).as_posix(): untimed(path.read_bytes()) for path in found}


def journal(out: Path) -> list[tuple[str, int]]:
    """How often each student is in the journal."""
    with closing(sqlite3.connect(out / "results.sqlite")) as database:
        return database.execute("SELECT student, count(*) FROM finished GROUP BY student").fetchall()
