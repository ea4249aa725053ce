"""ruff, its formatter and mypy have nothing to say."""

import subprocess
import sys

import pytest

from grader.course.folders import ROOT


@pytest.mark.parametrize("tool", [pytest.param("mypy", marks=pytest.mark.slow), "ruff check", "ruff format --check"])
def test_a_tool_has_nothing_to_say(tool: str) -> None:
    done = subprocess.run([sys.executable, "-m", *tool.split()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
