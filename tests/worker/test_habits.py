"""What honest notebooks do in Jupyter works in a worker too, or says in a sentence which rule stands against it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.submission.student import explain_exception
from grader.worker.client import Worker
from grader.worker.limits import Limits
from grader.worker.warm_parent import WarmParent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are confined on Linux only")

WORKS = dict(
    re.findall(
        r"^# %% (.+)\n((?:(?!# %% ).*\n)*)", Path(__file__).with_name("habits.ipy").read_text("utf-8"), re.MULTILINE
    )
)
SAYS = {
    "mapped for writing": ("np.memmap('a', mode='w+', shape=3)", "cannot be mapped for writing here: use `np.save`"),
    "programs": ("import subprocess\nsubprocess.run(['ls'])", "neither the network nor other programs or processes"),
    "processes": ("from multiprocessing import Pool\nPool(2)", "neither the network nor other programs or processes"),
    "shared memory": ("nn.Linear(2, 2).share_memory()", "neither the network nor other programs or processes"),
    "download": ("import urllib.request\nurllib.request.urlopen('http://example.org')", "neither the network nor"),
    "requests": ("import requests\nrequests.get('http://example.org')", "neither the network nor other programs"),
    "own files": ("np.load('weights.npy')", "nothing but the notebook is handed in"),
    "own scripts": ("%run helper.py", "nothing but the notebook is handed in"),
    "programs before": ("!wget -q x.org/a && unzip a\nopen('a.zip')", "(`wget`, `unzip` did not run) (while it is"),
    "other programs before": ("!pip install x\n!nvidia-smi\nopen('a')", "nothing but the notebook is handed in"),
    "Python before": ("get_ipython().run_cell_magic('python', '', '')\nopen('a')", "(`python` did not run) (while it"),
    "debugger": ("breakpoint()", "stops in a debugger (`breakpoint()` or `pdb`): nobody is there"),
    "pdb": ("import pdb\npdb.set_trace()", "stops in a debugger"),
    "a process": ("import multiprocessing\nmultiprocessing.Process(target=print).start()", "programs or processes"),
    "other packages": ("from google.colab import drive", "no modules but those that it has written itself"),
    "newer Python": ("def f(:", f"raised SyntaxError (in Python {sys.version_info.major}.{sys.version_info.minor}): "),
}  # fmt: skip


@pytest.fixture
def worker(parent: WarmParent) -> Iterator[Worker]:
    with Worker(parent, Limits()) as one:
        run(one, "import torch\nimport numpy as np\nfrom torch import nn")
        yield one


def run(worker: Worker, source: str) -> str:
    """Runs a cell; what a student would read if it raises."""
    match worker.ask({"do": "cell", "name": "cell", "source": source, "seed": 1}, [], 60):
        case {"value": None}, _:
            return ""
        case {"raised": {"type": kind, "message": message}}, _:
            return f"{explain_exception('A cell', kind, message, [])} ({Limits().behind(kind, message)})"
        case other:
            return str(other)


@pytest.mark.parametrize("habit", WORKS)
def test_it_works(worker: Worker, habit: str) -> None:
    assert run(worker, WORKS[habit]) == ""


@pytest.mark.parametrize("habit", SAYS)
def test_it_says_what_stands_against_it(worker: Worker, habit: str) -> None:
    source, sentence = SAYS[habit]
    assert sentence in run(worker, source)


def test_modules_that_a_cell_writes_can_be_imported(worker: Worker) -> None:
    assert run(worker, "%%writefile mine.py\ndef f():\n    return 3\n") == ""
    assert run(worker, "import mine\nassert mine.f() == 3") == ""


def test_all_generators_start_with_the_seed(worker: Worker) -> None:
    draw = "import random\nx = random.random(), np.random.rand(), torch.rand(1).item()"
    assert run(worker, draw) == ""
    assert run(worker, f"before = x\n{draw}\nassert x == before") == ""


def test_what_the_future_brings_holds_for_the_cells_that_follow(worker: Worker) -> None:
    assert run(worker, "from __future__ import annotations") == ""
    assert run(worker, "def f(x: Unknown): ...\nassert f.__annotations__ == {'x': 'Unknown'}") == ""


def test_the_value_that_a_cell_ends_with_is_there_in_the_next_ones(worker: Worker) -> None:
    assert run(worker, "1 + 1") == ""
    assert run(worker, "assert _ == 2\nNone") == ""
    assert run(worker, "4;") == ""
    assert run(worker, "async def f():\n    return 3\nawait f()") == ""
    assert run(worker, "assert (_, __) == (3, 2)") == ""
    assert run(worker, "for _ in range(2): pass\n5") == ""
    assert run(worker, "assert _ == 1") == ""


def test_a_task_of_one_cell_goes_on_in_the_next_ones(worker: Worker) -> None:
    make = "import asyncio\nbegun = []\nasync def f():\n    begun.append(1)\n    await asyncio.sleep(0)\n    return 3"
    assert run(worker, f"{make}\ntask = asyncio.create_task(f())") == ""
    assert run(worker, "assert begun == [1]\nassert await task == 3") == ""
    assert run(worker, "task = asyncio.create_task(f())\nassert asyncio.run(f()) == 3") == ""
    assert run(worker, "assert await task == 3") == ""


def test_a_command_line_in_a_cell_of_its_own_needs_no_sign(worker: Worker) -> None:
    assert run(worker, "mkdir runs\n") == ""
    assert run(worker, "cd runs") == ""
    assert run(worker, "import os\nassert os.getcwd().endswith('/runs')") == ""


def test_scripts_in_the_language_of_a_shell_do_nothing_at_all(worker: Worker) -> None:
    script = "for i in 1 2\ndo\n  mkdir run_$i\ndone\nmkdir a"
    assert run(worker, f"%%bash\n{script}") == ""
    assert run(worker, "import os\nassert os.listdir() == []") == ""


def test_a_cell_that_was_pasted_with_its_prompts_or_indented_runs(worker: Worker) -> None:
    assert run(worker, ">>> def f(x):\n...     return x\n>>> y = f(1)") == ""
    assert run(worker, "\n    def g(x):\n        return x\n    y += g(1)") == ""
    assert run(worker, "In [3]: assert y == 2") == ""


def test_an_error_is_on_the_line_where_the_student_wrote_it(worker: Worker) -> None:
    cell = "\n\n!mkdir a \\\n  b\nfiles = !ls\nprint(undefined)"
    reply, _ = worker.ask({"do": "cell", "name": "cell", "source": cell, "seed": 1}, [], 60)
    assert reply["raised"]["frames"] == [["cell", 6, "print(undefined)"]]
