"""The command line, called in this process, and a class of one."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.doors import cli


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def notebook(tmp_path) -> Path:
    path = tmp_path / "class" / "ann.ipynb"
    path.parent.mkdir()
    path.write_text("xxx")
    return path


@pytest.fixture
def own_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is written beside the test, and not where the person who runs it keeps theirs."""
    monkeypatch.setenv("VAELAB_PROGRESS", str(tmp_path / "progress.json"))
