"""`grader watch` as a process, with a terminal and without."""

import json
import os
import select
import signal
import subprocess
import sys
import time

import pytest

from grader.course.folders import ROOT
from tests.notebooks import submission_json, write_submission

pytestmark = pytest.mark.slow

LESSON = "02_one_hot"
ADDS = "def condition(v, c):\n    return v + c.sum(1, keepdim=True)\n"
JOINS = "def condition(v, c):\n    return torch.cat([v, c], dim=1)\n"
SECONDS = 300  # after which a test gives up, however busy the machine is

_GRADER = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a run of the tests in the background leaves out
runpy.run_module("grader", run_name="__main__")
"""


def text(condition):
    notebook = submission_json({"condition": condition}, stubs=["label_encoding_experiment"], lesson_id=LESSON)
    return json.dumps(notebook)


class Process:
    """A running `grader watch`, and the other end of its terminal or pipe."""

    def __init__(self, arguments, stdin, stdout, end):
        environment = os.environ | {
            "COLUMNS": "100",
            "TERM": "dumb",
            "VAELAB_PROGRESS": str(arguments[-1]) + ".progress",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", _GRADER, "watch", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            stdin=stdin,
            stdout=stdout,
            stderr=stdout,
            start_new_session=True,
        )
        self._end = end

    def until(self, words):
        """Reads until these words have been printed, and gives what was printed since the last call."""
        new, give_up = b"", time.monotonic() + SECONDS
        while words.encode() not in new:
            assert time.monotonic() < give_up, new.decode()
            if select.select([self._end], [], [], 1)[0]:
                new += os.read(self._end, 4096)
            else:
                assert self._process.poll() is None, new.decode()
        return new.decode(errors="replace")

    def press(self, keys):
        os.write(self._end, keys.encode())

    def interrupt(self):
        self._process.send_signal(signal.SIGINT)

    def wait(self):
        return self._process.wait(SECONDS)

    def close(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture
def notebook(tmp_path):
    return write_submission(tmp_path / "a.ipynb", stubs=["condition", "label_encoding_experiment"], lesson_id=LESSON)


@pytest.fixture
def in_a_terminal(notebook):
    import pty

    end, terminal = pty.openpty()
    process = Process([notebook], terminal, terminal, end)
    yield process
    process.close()
    os.close(end)
    os.close(terminal)


def test_saves_and_keys_are_answered(in_a_terminal, notebook, tmp_path):
    watched = in_a_terminal
    begun = watched.until('Run hint("condition")')
    assert "q: quit" in begun
    assert "1 of 3 exercises passed" in begun
    assert "Next: ○ Joining the label: not written yet" in begun

    watched.press("hh")
    assert "Joining the label (hint 1 of 3)" in watched.until("(hint 2 of 3)")
    watched.press("?")
    watched.until("p: all exercises")

    notebook.write_text(text(ADDS), "utf-8")
    assert "✗ Joining the label: failed, 0 of 20 points (was: not written yet)" in watched.until("Next: ✗")

    notebook.write_text(text(JOINS)[:200], "utf-8")
    watched.until("The file is incomplete")

    other = tmp_path / "new"
    other.write_text(text(JOINS), "utf-8")
    os.replace(other, notebook)
    after = watched.until("Next: ○ Integer against one-hot")
    assert "✓ Joining the label: passed, 20 of 20 points (was: failed)" in after
    assert "One-hot labels" not in after

    notebook.write_text(text(JOINS), "utf-8")  # a save that changes nothing is passed over in silence
    watched.press("p")
    assert watched.until("Integer against one-hot  not written yet").lstrip("\n ").count("✓") == 2
    watched.press("q")
    assert watched.wait() == 0


def test_the_terminal_is_left_as_it_was(in_a_terminal):
    import termios

    before = termios.tcgetattr(in_a_terminal._end)
    in_a_terminal.until("Next: ")
    assert termios.tcgetattr(in_a_terminal._end) != before
    in_a_terminal.interrupt()
    assert in_a_terminal.wait() == 0
    assert termios.tcgetattr(in_a_terminal._end) == before


def test_without_a_terminal_it_only_prints(notebook):
    end, stdout = os.pipe()
    process = Process([notebook], subprocess.DEVNULL, stdout, end)
    try:
        begun = process.until("Next: ○ Joining the label")
        assert "Ctrl-C ends it." in begun
        assert "quit" not in begun
        notebook.write_text(text(JOINS), "utf-8")
        process.until("✓ Joining the label: passed")
        process.interrupt()
        assert process.wait() == 0
    finally:
        process.close()
        os.close(end)
        os.close(stdout)


def test_what_is_not_there_cannot_be_watched(run, tmp_path):
    result = run("watch", tmp_path / "none.ipynb")
    assert result.exit_code == 2
    assert "There is no" in result.output


def test_an_unknown_lesson_is_told(run, notebook):
    result = run("watch", notebook, "--lesson", "99_none")
    assert result.exit_code == 2
    assert "There is no lesson '99_none'" in result.output
