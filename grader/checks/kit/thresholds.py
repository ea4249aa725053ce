"""Limits of the checks on trained models. A program in `benchmarks/` measures them and writes `thresholds.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from grader.course.folders import COURSE


def threshold(lesson: str, statistic: str) -> float:
    """The worst value of `statistic` that a trained model of this lesson may have."""
    return float(_read(lesson)[statistic]["limit"])


@cache
def _read(lesson: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(COURSE.thresholds(lesson).read_text("utf-8"))
