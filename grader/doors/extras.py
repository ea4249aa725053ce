"""What a verb needs beyond the packages that a notebook needs; pyproject.toml lists them by extra."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

COURSE = "vaelab-course"
EXTRAS = {
    "lab": "lab",
    "check": "grade",
    "watch": "grade",
    "grade": "grade",
    "autograder": "grade",
    "answers": "grade",
    "build": "dev",
    "site": "site",
}
CLUSTER = "cluster"


def lacking(door: str, extra: str) -> str:
    """The sentence for who lacks packages of an extra that this door needs; "" where they are all here.

    Where the course is used without having been installed, nobody knows what it needs: that is "", too.
    """
    missing = sorted(_missing(extra))
    if not missing:
        return ""
    return f"`{door}` needs the extra `{extra}` ({', '.join(missing)}): pip install '{COURSE}[{extra}]'"


def _missing(extra: str) -> set[str]:
    from packaging.requirements import Requirement  # pytest needs it, too

    try:
        needs = [Requirement(text) for text in distribution(COURSE).requires or []]
    except PackageNotFoundError:
        return set()
    missing = set()
    for need in needs:
        if need.marker and need.marker.evaluate({"extra": extra}) and not need.marker.evaluate({"extra": ""}):
            missing |= set().union(*map(_missing, need.extras)) if need.name == COURSE else _absent(need.name)
    return missing


def _absent(package: str) -> set[str]:
    try:
        distribution(package)
    except PackageNotFoundError:
        return {package}
    return set()
