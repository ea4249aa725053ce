"""The site, built once for all tests of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("sphinx") is None:
        pytest.skip("needs Sphinx: python course.py site installs it")
    from grader.site.build import build

    out = tmp_path_factory.mktemp("site") / "site"
    assert build(out) > 15
    return out
