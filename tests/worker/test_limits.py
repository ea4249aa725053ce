"""Limits: how they are set, and what a student is told who meets one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.grading.grader import Grader
from grader.worker.limits import MIB, Limits, changed
from tests.notebooks import all_exercises, write_submission


class TestChanged:
    def test_nothing_said_nothing_changed(self) -> None:
        assert changed([]) == Limits()

    def test_numbers_and_mebibytes(self) -> None:
        limits = changed(["cell_seconds=1.5", "memory_bytes=2048MiB", "threads=8"])
        assert limits == Limits(cell_seconds=1.5, memory_bytes=2048 * MIB, threads=8)

    @pytest.mark.parametrize(
        "setting", ["cell_seconds", "cell_seconds=", "cell_seconds=-1", "threads=0", "threads=0.2", "cpu_seconds=nan",
                    "cell_seconds=5MiB", "memory_bytes=1GB"],
    )  # fmt: skip
    def test_what_sets_no_limit_is_said(self, setting: str) -> None:
        with pytest.raises(ValueError, match=f"^'{setting}' is not valid. Give a number, as in {setting[:5]}"):
            changed([setting])

    def test_an_unknown_name_is_said_with_those_that_there_are(self) -> None:
        with pytest.raises(ValueError, match=r"^There is no limit 'patience'\. The limits are: cell_seconds, "):
            changed(["patience=3"])


@pytest.fixture
def strict(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> Grader:
    """The grader of all tests: its warm parent holds for any limits."""
    settings = ["cell_seconds=4", "cpu_seconds=3", "memory_bytes=2048MiB", "scratch_bytes=8MiB", "file_bytes=4MiB"]
    limits = changed([*settings, "written_bytes=64MiB", "scratch_files=500", "open_files=32"])
    monkeypatch.setattr(grader, "_limits", limits)
    return grader


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits are the Linux kernel's")
class TestFeedback:
    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("import time\ntime.sleep(60)", "did not finish within 4 seconds"),
            ("while True: pass", "used more than 3 seconds of processor time"),
            ("rows = bytearray(4 * 2**30)", "has 2048 MiB of memory"),
            ("import torch\nrows = torch.zeros(2**30)", "has 2048 MiB of memory"),
            ("open('a', 'wb').write(bytes(5 * 2**20))", "may write files of up to 4 MiB"),
            ("for n in range(9): open(str(n), 'wb').write(bytes(2**20))\nwhile True: pass", "wrote more than 8 MiB of"),
            ("for n in range(999): open(str(n), 'w').close()\nwhile True: pass", "made more than 500 files"),
            ("files = [open(str(n), 'w') for n in range(40)]", "may have 32 files open"),
            ("while True: print('x' * 2**20)", "wrote more than 64 MiB in all"),
            ("import os\nos.fork()", "can use neither the network nor other programs"),
            ("import subprocess\nsubprocess.run(['ls'])", "can use neither the network nor other programs"),
            ("import socket\nsocket.create_connection(('a.example', 80))", "can use neither the network nor"),
            ("open('/etc/shadow')", "no files but the course's data and its own"),
        ],
    )
    def test_the_limit_is_named_to_who_meets_it(self, strict: Grader, tmp_path: Path, source: str, said: str) -> None:
        stubs = [name for name in all_exercises() if name != "encoder"]
        result = strict.grade(write_submission(tmp_path / "a.ipynb", {"encoder": source}, stubs=stubs))
        assert said in " ".join([result.error or "", *result.all_notes])

    def test_in_a_call_as_well(self, strict: Grader, tmp_path: Path) -> None:
        source = "def kl_divergence(mu, log_var):\n    return bytearray(4 * 2**30)"
        stubs = [name for name in all_exercises() if name != "kl_divergence"]
        result = strict.grade(write_submission(tmp_path / "a.ipynb", {"kl_divergence": source}, stubs=stubs))
        message = next(one for one in result.exercises if one.name == "kl_divergence").checks[0].message
        assert "MemoryError: while it is graded, a notebook has 2048 MiB of memory" in message

    def test_other_exceptions_are_left_as_they_are(self) -> None:
        assert Limits().behind("ValueError", "too many values to unpack") == ""
        assert Limits().behind("OSError", "[Errno 2] No such file or directory: 'a'") == ""
