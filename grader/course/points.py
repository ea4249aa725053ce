"""What checks are worth: weights that stand with them, scaled such that a lesson is worth 100 points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

TOTAL = 100.0
_UNIT = 0.5  # what points are whole multiples of


def scaled(weights: Mapping[str, float]) -> dict[str, float]:
    """The points of each check, in halves, 100 in all: the shares are rounded down, and the largest rests get the rest.

    Weights that add up to 100 and are whole halves are the points. Of equal rests, those of the first names come first.
    """
    whole = sum(weights.values())
    shares = {name: weight * TOTAL / whole / _UNIT for name, weight in weights.items()}
    units = {name: int(share + 1e-9) for name, share in shares.items()}
    missing = round(TOTAL / _UNIT) - sum(units.values())
    for name in sorted(units, key=lambda name: (units[name] - shares[name], name))[:missing]:
        units[name] += 1
    return {name: count * _UNIT for name, count in units.items()}


def title_of(check: Callable[..., object]) -> str:
    """What students read after "passed:" or "failed:": the docstring, on one line."""
    return " ".join((check.__doc__ or check.__name__).split())
