"""Checks of `one_hot`: its rows, and what it takes and refuses."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.contracts import assert_nothing_changed
from grader.checks.kit.probes import attempt, values
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail
from grader.checks.one_hot import oracles, probes

INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]


def assert_values(student: Any, draw: Any) -> None:
    """Rows have their 1 in the label's column, for several numbers of classes."""
    for classes in (11, 5, int(draw.integers(20, 40, 1))):
        for labels in (_some_labels(draw, classes), torch.arange(classes)):
            _assert_rows(student.one_hot(labels, classes), labels, classes, f"the rows of {labels.tolist()}")


def assert_float32(student: Any, draw: Any) -> None:
    """Rows are float32."""
    result = student.one_hot(_some_labels(draw, 11), 11)
    expect(isinstance(result, Tensor), f"Expected a tensor of rows, got {describe(result)}.")
    expect(
        result.dtype == torch.float32,
        f"Expected float32, got {str(result.dtype).removeprefix('torch.')}: a linear layer cannot take that.",
        None if result.is_floating_point() else "one-hot-not-float",
    )


def assert_integer_types(student: Any, draw: Any) -> None:
    """Rows are the same for labels of every integer dtype."""
    labels = _some_labels(draw, 11)
    for dtype in INTEGERS:
        name = str(dtype).removeprefix("torch.")
        outcome = student.run(attempt, "one_hot", labels.to(dtype), 11)
        if "raised" in outcome:
            fine = "value" in student.run(attempt, "one_hot", labels, 11)
            message = f"Your `one_hot` raised {outcome['raised']} for labels of dtype {name}."
            fail(message, "one-hot-int64-only" if fine and dtype != torch.int64 else None)
        _assert_rows(outcome["value"], labels, 11, f"the rows of {name} labels")
        _assert_rows(student.one_hot(labels.to(dtype), 300), labels, 300, f"the rows of {name} labels, 300 classes")
        many = labels.repeat(3000)  # B · C is more than an int16 holds
        _assert_rows(student.one_hot(many.to(dtype), 11), many, 11, f"the rows of {len(many):,} {name} labels")


def assert_columns(student: Any, draw: Any) -> None:
    """Rows are the same for labels of shape (B,) and (B, 1), in batches of one too."""
    classes = int(draw.integers(8, 30, 1))
    labels = _some_labels(draw, classes)
    _assert_rows(student.one_hot(labels[:, None], classes), labels, classes, "the rows of labels of shape (7, 1)")
    one = labels[-1:]
    for shape in [(1,), (1, 1)]:
        _assert_rows(
            student.one_hot(one.reshape(shape), classes), one, classes, f"the row of one label of shape {shape}"
        )


def assert_no_labels(student: Any, draw: Any) -> None:
    """No labels give no rows, of the right width."""
    for shape in [(0,), (0, 1)]:
        outcome = student.run(attempt, "one_hot", torch.zeros(shape, dtype=torch.int64), 6)
        if "raised" in outcome:
            fine = "value" in student.run(attempt, "one_hot", _some_labels(draw, 11), 11)
            message = f"Your `one_hot` raised {outcome['raised']} for an empty batch, labels of shape {shape}."
            of_batch = fine and _takes_width_from_batch(student)
            fail(message, ("one-hot-width-from-batch" if of_batch else "one-hot-fails-on-empty") if fine else None)
        shown = tuple(_numbers_of(outcome["value"]).shape)
        expect(shown == (0, 6), f"Expected shape (0, 6) for labels of shape {shape}, got {shown}.")


def _takes_width_from_batch(student: Any) -> bool:
    """Whether there are only as many columns as the largest label asks for."""
    labels = torch.tensor([0, 1])
    outcome = student.run(attempt, "one_hot", labels, 6)
    return "value" in outcome and _same(outcome["value"], oracles.rows(labels, 2))


def assert_range_refused(student: Any, draw: Any) -> None:
    """Labels that are no class, too high or negative, are a ValueError."""
    good = _some_labels(draw, 11)
    cases = {bad: torch.cat([good, torch.tensor([bad])]) for bad in (11, 14, -1, -11, -13, 259, -250)}
    outcomes = {bad: student.run(attempt, "one_hot", labels, 11) for bad, labels in cases.items()}
    refused = {bad: "ValueError" in outcome.get("kinds", []) for bad, outcome in outcomes.items()}
    expect(
        refused[11] or not all(refused[bad] for bad in cases if bad != 11),
        f"With 11 classes, your check of the range lets the label 11 through, and no other: {_told(outcomes[11])}.",
        "one-hot-lets-the-number-through",
    )
    for bad, outcome in outcomes.items():
        if not refused[bad]:
            name = "one-hot-forgets-negatives" if refused[11] and refused[14] else None
            if name is None and "value" in student.run(attempt, "one_hot", good, 11):
                name = _misplaced(outcome, cases[bad], 11)
            fail(f"Expected a ValueError for the label {bad} with 11 classes, got {_told(outcome)}.", name)


def assert_floats_refused(student: Any) -> None:
    """Floating-point labels are a ValueError, whole numbers among them too."""
    whole = torch.tensor([2.0, 1.0])
    for labels in (torch.tensor([0.0, 1.7, 2.0]), whole, whole.double(), whole.half(), whole.bfloat16()):
        outcome = student.run(attempt, "one_hot", labels, 5)
        if "ValueError" not in outcome.get("kinds", []):
            fraction = bool((labels % 1).any())
            truncated = fraction and "value" in outcome and _same(outcome["value"], oracles.rows(labels.long(), 5))
            name = "one-hot-truncates-floats" if truncated else None
            if not fraction and "value" in outcome and _same(outcome["value"], oracles.rows(labels.long(), 5)):
                name = "one-hot-takes-whole-floats"
            shown = ", ".join(f"{value:g}" for value in labels.tolist())
            dtype = str(labels.dtype).removeprefix("torch.")
            fail(f"Expected a ValueError for the {dtype} labels [{shown}], got {_told(outcome)}.", name)


def assert_on_device(student: Any, draw: Any) -> None:
    """Rows are on the device of the labels."""
    labels = _some_labels(draw, 11)
    place = student.run(probes.on_another_device, "one_hot", labels, 11)
    right = _same(student.one_hot(labels, 11), oracles.rows(labels, 11))
    expect(
        place not in ("mixed", "here"),
        "With labels on a GPU, something that your `one_hot` creates would be on the CPU."
        + (" PyTorch refuses to mix the two." if place == "mixed" else " So would the rows."),
        "one-hot-built-on-the-cpu" if right else None,
    )


def assert_labels_left_alone(student: Any, draw: Any) -> None:
    """Labels of either shape and the global modes are left as they were."""
    labels, others = _some_labels(draw, 11), _some_labels(draw, 11)
    for given in (labels, labels[:, None]):
        assert_nothing_changed(student, "one_hot", given, 11)
    first, _ = student.run(values, "one_hot", [labels, 11], [others, 11])
    kept = _same(first, student.one_hot(labels, 11))
    expect(kept, "Rows that were returned are others after a second call: make new ones in every call.")


def _some_labels(draw: Any, classes: int) -> Tensor:
    """Seven labels: 0 and one class twice among them, but neither of the two highest classes."""
    drawn = draw.integers(1, classes - 2, 4)
    return torch.cat([torch.tensor([0]), drawn, drawn[:1], torch.tensor([classes - 3])])


def _assert_rows(result: Any, labels: Tensor, classes: int, what: str) -> None:
    suspects = partial(oracles.row_suspects, labels, classes)
    assert_matches(_numbers_of(result), oracles.rows(labels, classes), what=what, suspects=suspects)


def _numbers_of(result: Any) -> Tensor:
    """The result as float32 whatever its dtype, so that a wrong dtype costs its own check only."""
    if not isinstance(result, Tensor):
        fail(f"Expected a tensor of rows, got {describe(result)}.")
    return result.float()


def _told(outcome: dict[str, Any]) -> str:
    """An outcome in words."""
    return str(outcome["raised"]) if "raised" in outcome else describe(outcome["value"])


def _same(result: Any, expected: Tensor) -> bool:
    return (
        isinstance(result, Tensor) and result.shape == expected.shape and torch.equal(result.float(), expected.float())
    )


def _misplaced(outcome: dict[str, Any], labels: Tensor, classes: int) -> str | None:
    """The misconception behind a wrong answer to impossible labels, or None."""
    if "raised" in outcome:
        if "AssertionError" in outcome["kinds"]:
            return "one-hot-asserts"
        pytorch = outcome["raised"] in ("IndexError", "RuntimeError") and not outcome["line"].startswith("raise")
        return "one-hot-leaves-errors-to-pytorch" if pytorch else None
    suspects = oracles.impossible_label_suspects(labels, classes)
    named = [name for name, value in suspects.items() if _same(outcome["value"], value)]
    return named[0] if named else None
