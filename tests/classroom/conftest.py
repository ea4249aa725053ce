"""A folder for a class, and a look at what is in one."""

import pytest

from grader.classroom.discover import Discovery, discover
from tests.classroom.handed_in import KNOWN, lesson_of


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "class"
    root.mkdir()
    return root


@pytest.fixture
def look(tmp_path):
    def look(source, lesson=None) -> Discovery:
        return discover(source, lesson, KNOWN, tmp_path / "scratch", lesson_of)

    return look
