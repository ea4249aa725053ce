"""What every function of the lesson refuses, by a ValueError."""

from __future__ import annotations

from typing import Any

from grader.checks.kit.probes import attempt
from grader.checks.kit.vocabulary import describe, expect


def assert_refuses(student: Any, function: str, *arguments: Any, what: str) -> None:
    """These arguments are a ValueError."""
    outcome = student.run(attempt, function, *arguments)
    told = str(outcome["raised"]) if "raised" in outcome else describe(outcome["value"])
    asserts = "AssertionError" in outcome.get("kinds", []) and outcome.get("line", "").startswith("assert")
    expect(
        "ValueError" in outcome.get("kinds", []),
        f"Expected a ValueError from `{function}` for {what}, got {told}.",
        "asserts-instead-of-value-error" if asserts else None,
    )
