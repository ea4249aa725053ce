"""What functions have to refuse, by a ValueError, and what they must not refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.checks.kit.probes import attempt
from grader.checks.kit.vocabulary import describe, fail

Arguments = tuple[Any, ...]


def assert_refuses(
    student: Any,
    function: str,
    cases: Mapping[str, Arguments],
    usual: Arguments,
    sound: Callable[[Any], bool] = lambda value: False,
    name: str = "refusal-incomplete",
) -> None:
    """Each of these arguments, under the words for it, is a ValueError.

    A gap is named where the function does its work: it gives a value for the usual arguments, and refuses others of
    these, or that value is sound. name: the misconception where a value comes back.
    """
    outcomes = {what: student.run(attempt, function, *arguments) for what, arguments in cases.items()}
    refused = {what: "ValueError" in outcome.get("kinds", []) for what, outcome in outcomes.items()}
    if all(refused.values()):
        return
    what = next(what for what, one in refused.items() if not one)
    outcome = outcomes[what]
    told = str(outcome["raised"]) if "raised" in outcome else describe(outcome["value"])
    as_usual = student.run(attempt, function, *usual)
    works = "value" in as_usual and (any(refused.values()) or sound(as_usual["value"]))
    asserts = "AssertionError" in outcome.get("kinds", []) and outcome.get("line", "").startswith("assert")
    gap = (name if "value" in outcome else "refusal-incomplete") if works else None
    named = "asserts-instead-of-value-error" if asserts else gap
    fail(f"Expected a ValueError from `{function}` for {what}, got {told}.", named)


def assert_allows(student: Any, function: str, arguments: Arguments, usual: Arguments, what: str) -> Any:
    """These arguments are not refused by a line of the function that raises an error; gives what `attempt` gives.

    The line is a guard where the function gives a value for the usual arguments. Another error is not told here.
    """
    outcome: dict[str, Any] = student.run(attempt, function, *arguments)
    guards = outcome.get("own") and outcome["line"].lstrip().startswith(("raise", "assert", "if"))
    refuses = guards and {"ValueError", "AssertionError"} & set(outcome["kinds"])
    if refuses and "value" in student.run(attempt, function, *usual):
        fail(f"`{function}` refuses {what}, which is allowed.", "refuses-what-is-allowed")
    return outcome
