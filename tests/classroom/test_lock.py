"""One grader at a time for a class, and none that is gone."""

import json
import socket
import subprocess
import sys

import pytest

from grader.classroom import CannotGrade
from grader.classroom.lock import only_grader

_HOLD = """
import sys
from pathlib import Path
from grader.classroom.lock import only_grader
with only_grader(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", _HOLD, str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_grader_is_told_who_holds_it(tmp_path, holder):
    with pytest.raises(CannotGrade) as caught, only_grader(tmp_path):
        pass
    assert f"process {holder.pid} on {socket.gethostname()}, since 2" in str(caught.value)


def test_a_killed_grader_holds_nothing(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert json.loads((tmp_path / "results.lock").read_bytes())["pid"] == holder.pid
    with only_grader(tmp_path):
        pass


def test_one_after_the_other(tmp_path):
    for _ in range(2):
        with only_grader(tmp_path):
            pass
