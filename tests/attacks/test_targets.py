"""What an attack aims at is there: an attack on a file that has moved away would count as held."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.attacks.attack import HERE
from tests.attacks.surroundings import COURSE

FILES = sorted(HERE.glob("class_*/*.py"))
_PATH = re.compile(r"@COURSE@/([\w./-]+)")
_MODULE = re.compile(r"\b((?:grader|vaelab|tests)(?:\.[a-z_]\w*)+)\b")
_MADE_UP = {"vaelab.data.load", "vaelab.data._digits", "vaelab.metrics.judge"}  # names in modules


def paths(file: Path) -> list[str]:
    return _PATH.findall(file.read_text("utf-8"))


def modules(file: Path) -> list[str]:
    code = "\n".join(line.partition("# ")[0] for line in file.read_text("utf-8").splitlines())
    return [name for name in _MODULE.findall(code) if name not in _MADE_UP]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name[6:8]}-{file.stem}")
def test_the_targets_of_an_attack_are_there(file: Path) -> None:
    new = {path for path in paths(file) if file.parent.name == "class_05_writing" and path.endswith("conftest.py")}
    assert [path for path in paths(file) if not (COURSE / path).exists() and path not in new] == []
    assert [path for path in new if not (COURSE / path).parent.is_dir()] == []
    assert [name for name in modules(file) if importlib.util.find_spec(name) is None] == []


def test_targets_are_found() -> None:
    reading = HERE / "class_04_reading"
    assert "grader/checks/plain_vae/checks.py" in paths(reading / "files_of_others.py")
    assert "grader.checks.kit.oracles" in modules(reading / "solutions_through_modules.py")
    assert len({path for file in FILES for path in paths(file)}) >= 8
