"""Limits of the checks on trained models. `benchmarks/calibrate.py` measures them and writes `thresholds.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("thresholds.toml")


def threshold(lesson: str, statistic: str) -> float:
    """The worst value of `statistic` that a trained model of this lesson may have."""
    return float(_read()[lesson][statistic]["limit"])


@cache
def _read() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(FILE.read_text("utf-8"))
