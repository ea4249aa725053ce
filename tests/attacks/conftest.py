"""The class of attacks, graded once for all tests: by the command line, and the slow ones with short limits."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from grader.classroom.run import grade_class
from grader.grading.opening import Opening
from grader.worker.limits import MIB, Limits
from tests.attacks import files, innocents
from tests.attacks.attack import Attack, read_all
from tests.attacks.surroundings import Surroundings, surroundings
from tests.notebooks import LESSON

SEED = 20260731
SHORT = Limits(cell_seconds=1, total_seconds=60, cpu_seconds=60, memory_bytes=1024 * MIB, scratch_bytes=64 * MIB)
Results = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Graded:
    """What came out: the attacks with the innocents among them (`slowly`: the second class), the innocents without any
    attack, and for each attack its honest counterpart."""

    attacked: Results
    slowly: Results
    alone: Results
    honest: Results
    around: Surroundings
    texts: dict[str, str]
    seconds: float


Some = TypeVar("Some", Attack, files.FileAttack)


def tried(request: pytest.FixtureRequest, attacks: Iterable[Some]) -> list[Some]:
    """Those of the attacks that tests of this run ask about."""
    asked = [item.callspec.params.get("attack") for item in request.session.items if hasattr(item, "callspec")]
    return [attack for attack in attacks if attack in asked]


@pytest.fixture(scope="session")
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    if sys.platform != "linux":
        pytest.skip("submissions are isolated on Linux only")
    root = tmp_path_factory.mktemp("attacks")
    with surroundings(root, SEED) as around:
        around.places["OUT"] = str(root / "quick-out")
        quick, slow, honest = (root / name for name in ("quick", "slow", "honest"))
        attacks = tried(request, read_all())
        for attack in attacks:
            _write(slow if attack.slow else quick, attack.name, attack.notebook(around.places))
            _write(honest, _counterpart(attack), attack.counterpart())
        for damaged in tried(request, files.ATTACKS):
            damaged.write(quick / f"{damaged.name}.ipynb")
        for name, notebook in innocents.notebooks().items():
            for folder in (quick, slow, honest) if name in innocents.QUICK else (quick, honest):
                _write(folder, name, notebook)
        _write(quick, "00-alarm", _alarm())
        begun = time.monotonic()
        with ThreadPoolExecutor() as beside:  # the slow ones mostly wait
            waiting = beside.submit(_with_short_limits, slow, root / "slow-out", around)
            results = _by_command(quick, root / "quick-out", around, jobs=2)
            slowly = waiting.result()
        seconds = time.monotonic() - begun
        calm = _by_command(honest, root / "honest-out", around, jobs=1)
        texts = {str(path): path.read_text("utf-8", "replace") for path in _written(root)}
        yield Graded(
            slowly | results,
            slowly,
            {name: calm[name] for name in innocents.notebooks()},
            {attack.name: calm[_counterpart(attack)] for attack in attacks},
            around,
            texts,
            seconds,
        )


def _alarm() -> dict[str, Any]:
    alarm = 'try:\n    breached("the alarm")\nexcept RuntimeError:\n    pass'
    empty: dict[str, str] = {}
    fields = {
        "lesson": LESSON,
        "stubs": frozenset(["trained_vae"]),
        "loses": frozenset(),
        "useless": frozenset(),
        "slow": False,
    }
    return Attack("alarm", "", answers=empty, added={"encoder": alarm}, honest=empty, **fields).notebook(empty)


def _counterpart(attack: Attack) -> str:
    """A name for the honest counterpart, the same for attacks that share it."""
    return hashlib.sha256(json.dumps(attack.counterpart()).encode()).hexdigest()[:16]


def _write(folder: Path, name: str, notebook: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook), "utf-8")


def _by_command(folder: Path, out: Path, around: Surroundings, jobs: int) -> Results:
    """`grader grade`, as an instructor calls it."""
    command = [sys.executable, "-m", "grader", "grade", str(folder), "--out", str(out), "--seed", str(SEED)]
    done = subprocess.run([*command, "--jobs", str(jobs)], env=around.environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return _results(out)


def _with_short_limits(folder: Path, out: Path, around: Surroundings) -> Results:
    with _environment(around.environment()):
        grade_class(folder, out, open_grader=Opening(limits=SHORT), feedback=str, jobs=2, seed=SEED)
    return _results(out)


@contextmanager
def _environment(changed: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changed)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _results(out: Path) -> Results:
    """The results by student; a student of two classes keeps the first."""
    files = sorted((out / "results").glob("*/*.json"))
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in files}


def _written(root: Path) -> list[Path]:
    return [path for kind in ("results/*/*.json", "feedback/*/*.html", "*.csv") for path in root.glob(f"*-out/{kind}")]
