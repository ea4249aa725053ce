"""Whatever is handed in ends in cells or in one sentence: soon, in little memory, and without ending the process."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course import script
from tests.fuzz.notebooks import HARD, NotebookMutator, read_through


@given(st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_notebook_is_read_or_refused(tmp_path: Path, choices: random.Random) -> None:
    path = tmp_path / "hand-in.ipynb"
    path.write_bytes(NotebookMutator(choices).file())
    read_through(path)


@pytest.mark.slow
def test_mutated_notebooks_end_in_both_ways(tmp_path: Path) -> None:
    mutator, path, ends = NotebookMutator(random.Random(1)), tmp_path / "hand-in.ipynb", Counter[str]()
    for _ in range(40):
        path.write_bytes(mutator.file())
        ends[read_through(path)] += 1
    assert ends["read"] > 5
    assert ends["Unreadable"] > 2


_READ = """
import sys, json
from grader.course import script
for text in json.load(sys.stdin):
    try:
        script.defines(text)
    except SyntaxError:
        pass
print("alive")
"""


@pytest.mark.slow
def test_no_cell_ends_the_interpreter() -> None:
    """In a process of its own, because a crash would be one of the interpreter itself."""
    texts = [hard(count) for hard in HARD for count in (95, 1000, 5000, 40_000)]
    texts += ["(" + hard(95) + ")" for hard in HARD] + [hard(200_000) for hard in HARD[:40:4]]
    process = subprocess.run([sys.executable, "-c", _READ], input=json.dumps(texts), capture_output=True, text=True)
    assert process.stdout == "alive\n", process.stderr


@pytest.mark.slow
def test_the_names_of_any_cell_are_found_soon() -> None:
    for hard in HARD:
        text = hard(script.MAX_NAMED)[: script.MAX_NAMED]
        started = time.process_time()
        with contextlib.suppress(SyntaxError):
            script.defines(text)
        assert time.process_time() - started < 3, text[:40]
