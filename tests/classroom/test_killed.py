"""A class that is killed, interrupted or left alone: nothing is lost, done twice or left behind."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from grader.course.folders import ROOT
from tests.classroom.storm import files
from tests.waiting import PATIENCE, wait_until

_MAIN = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs in its background ignore it
sys.path.insert(0, sys.argv[1])
from tests.fake_grading import KNOWN, FakeGrader
from grader.classroom.run import grade_class

if __name__ == "__main__":
    source, out, log, allowed = map(Path, sys.argv[2:])
    grade_class(
        source, out, open_grader=FakeGrader(log, allowed, seconds=0.03), feedback=lambda sheet: sheet.result.student,
        known=KNOWN, jobs=2, seed=11,
    )
"""

ALL = 10**6


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
class TestKilled:
    """The class is graded in a process of its own, which goes no further than it is allowed to until it is killed."""

    @pytest.fixture
    def big(self, tmp_path):
        folder = tmp_path / "big"
        folder.mkdir()
        for n in range(60):
            (folder / f"s{n:02}.ipynb").write_text("die once" if n == 7 else "x" * n)
        return folder

    @pytest.fixture
    def start(self, tmp_path, big):
        """Start grading; `allowed` gradings begin and end, counted from the first one in the log."""
        program = tmp_path / "grade.py"
        program.write_text(_MAIN)
        started = []

        def start(out: str, allowed: int = ALL, log: str = "log") -> subprocess.Popen:
            (tmp_path / "allowed").write_text(str(allowed))
            places = [ROOT, big, *(tmp_path / name for name in (out, log, "allowed"))]
            process = subprocess.Popen([sys.executable, str(program), *map(str, places)], stderr=subprocess.PIPE)
            started.append(process)
            return process

        yield start
        for process in started:
            process.kill()
            process.wait()
            process.stderr.close()

    def test_twelve_kills_leave_no_trace(self, start, tmp_path):
        assert start("calm", log="calm.log").wait(PATIENCE) == 0
        moments = random.Random(1)
        for _ in range(12):
            begun = _begun(tmp_path / "log")
            process = start("stormy", allowed=begun + 4)
            _wait_for(tmp_path / "log", begun + 2, process)
            time.sleep(moments.uniform(0, 0.1))
            process.kill()
            assert process.wait() == -signal.SIGKILL
        assert start("stormy").wait(PATIENCE) == 0
        assert files(tmp_path / "stormy") == files(tmp_path / "calm")
        assert len(files(tmp_path / "stormy")) == 123
        with closing(sqlite3.connect(tmp_path / "stormy" / "results.sqlite")) as journal:
            assert journal.execute("SELECT count(*), count(DISTINCT student) FROM finished").fetchone() == (60, 60)

    def test_nothing_goes_on_without_the_class(self, start, tmp_path):
        process = start("out", allowed=4)
        _wait_for(tmp_path / "log", 5, process)
        process.kill()
        process.wait()
        pids = {json.loads(line)[1] for line in (tmp_path / "log").read_text().splitlines()}
        wait_until(lambda: not any(map(_is_running, pids)))

    def test_a_second_grader_stops_with_a_sentence(self, start, tmp_path):
        first = start("out", allowed=1)
        _wait_for(tmp_path / "log", 2, first)
        second = start("out", allowed=1, log="log2")
        assert second.wait(PATIENCE) == 1
        assert (
            f"Another grader is at work in {tmp_path / 'out'}: process {first.pid} on" in second.stderr.read().decode()
        )
        assert not (tmp_path / "log2").exists()
        (tmp_path / "allowed").write_text(str(ALL))
        assert first.wait(PATIENCE) == 0

    def test_an_interrupt_leaves_what_is_done(self, start, tmp_path):
        process = start("out", allowed=10)
        _wait_for(tmp_path / "log", 12, process)  # the last two wait
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) != 0
        assert _begun(tmp_path / "log") == 12
        assert start("out").wait(PATIENCE) == 0
        assert _begun(tmp_path / "log") == 60 + 2 + 1  # those two again, and the one that dies once


def _begun(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def _wait_for(log: Path, wanted: int, process: subprocess.Popen) -> None:
    """Until so many gradings have begun."""
    wait_until(lambda: _begun(log) >= wanted or process.poll() is not None)
    assert process.poll() is None


def _is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
