"""Checks of early stopping on a stand-in whose loss after each epoch is written down beforehand."""

from __future__ import annotations

from typing import Any

from grader.checks import training_probes
from grader.checks.contracts import assert_float, assert_modes_kept
from grader.checks.support import assert_matches, describe, expect, fail

BATCH_SIZES = (3, 2)
STEPS = len(BATCH_SIZES)
LONG = 8


class Script:
    """Test losses for a run of epochs: given by rank, at levels drawn for each check."""

    def __init__(self, draw: Any, ranks: list[float]) -> None:
        base, scale = 2 + draw.uniform(1).item(), 0.3 + 0.3 * draw.uniform(1).item()
        self.test = [base + scale * rank for rank in ranks]
        between = (1 + 4 * draw.uniform(len(ranks) + 1)).tolist()
        self.losses = [between[0]]
        for loss, other in zip(self.test, between[1:], strict=True):
            self.losses += [other, loss]

    def train(self) -> list[float]:
        """The mean loss per image that is met in each epoch."""
        first, second = BATCH_SIZES
        steps = self.losses[: STEPS * len(self.test)]
        return [
            (first * one + second * other) / (first + second)
            for one, other in zip(steps[::2], steps[1::2], strict=True)
        ]

    def run(self, student: Any, patience: int, **options: Any) -> dict[str, Any]:
        """What `fit` does with it."""
        seen: dict[str, Any] = student.run(
            training_probes.scripted_fit,
            self.losses,
            len(self.test),
            patience,
            batch_sizes=list(BATCH_SIZES),
            **options,
        )
        return seen


def assert_history(student: Any, draw: Any) -> None:
    """Lists of floats under "train" and "test", one entry for each epoch, with the losses of the script."""
    script = Script(draw, [4, 3, 1, 0])
    history = script.run(student, patience=3)["history"]
    train, test = _lists(history)
    for name, values, expected in (("train", train, script.train()), ("test", test, script.test)):
        expect(
            len(values) == 4,
            f"After 4 epochs history[{name!r}] should have 4 entries, got {len(values)}.",
            "history-incomplete" if len(values) < 4 else None,
        )
        for epoch, (value, right) in enumerate(zip(values, expected, strict=True)):
            loss = assert_float(value, f"history[{name!r}][{epoch}]")
            suspects = {"history-swapped": script.test[epoch]} if name == "train" else {}
            assert_matches(loss, right, what=f"history[{name!r}][{epoch}]", suspects=suspects)


def assert_patience(student: Any, draw: Any) -> None:
    """It stops when `patience` epochs in a row were no better than the best."""
    for patience in (1, int(draw.integers(2, 5, 1))):
        rising = Script(draw, [3, 1, *(2 + 0.1 * step for step in range(LONG))])
        length = _length(rising, student, patience)
        if length != 2 + patience:
            misconception = "patience-off-by-one" if abs(length - 2 - patience) == 1 else None
            _fail_patience(patience, length, "never-stops" if length == 2 + LONG else misconception)
    falling = Script(draw, [3, 1, *(2.9 - 0.1 * step for step in range(LONG))])
    length = _length(falling, student, patience)
    if length != 2 + patience:
        _fail_patience(patience, length, "compares-with-previous" if length == 2 + LONG else None)


def _fail_patience(patience: int, length: int, misconception: str | None) -> None:
    fail(
        f"The second epoch was the best, the ones after it were worse. With patience={patience} training should end after "
        f"{2 + patience} epochs, but it ended after {length}.",
        misconception,
    )


def assert_counts_in_a_row(student: Any, draw: Any) -> None:
    """Every lower test loss sets the counter back."""
    patience = int(draw.integers(2, 5, 1))
    script = Script(draw, [10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 1])
    length = _length(script, student, patience)
    expect(
        length == 11,
        f"Every second epoch was the best so far, so with patience={patience} training should go on to the end (11 epochs), "
        f"but it ended after {length}.",
        "patience-not-reset" if length in (2 * patience, 2 * patience + 2) else None,
    )


def assert_ties(student: Any, draw: Any) -> None:
    """Equal is not lower."""
    patience = int(draw.integers(2, 5, 1))
    seen = Script(draw, [3, 1] + LONG * [1]).run(student, patience)
    length = len(_lists(seen["history"])[1])
    expect(
        length == 2 + patience,
        f"The test loss stayed exactly the same from the second epoch on. With patience={patience} training should end after "
        f"{2 + patience} epochs, but it ended after {length}.",
        "ties-count-as-improvement" if length == 2 + LONG else None,
    )


def assert_best_after_stopping(student: Any, draw: Any) -> None:
    """The second epoch is the best, patience runs out, the second epoch's weights are there."""
    seen = _stopped_early(student, draw)
    _assert_best(seen, "after stopping early", "best-weights-not-restored")


def assert_best_at_the_end(student: Any, draw: Any) -> None:
    """The second of four epochs is the best and patience never runs out."""
    seen = Script(draw, [3, 1, 2, 1.5]).run(student, patience=10)
    forgotten = "best-weights-not-restored"
    if seen["steps"] == 4 * STEPS and _stopped_early(student, draw)["steps"] == 2 * STEPS:
        forgotten = "best-weights-only-after-early-stop"
    _assert_best(seen, "when all epochs are done", forgotten)
    last = Script(draw, [3, 2, 1]).run(student, patience=10)
    expect(
        last["steps"] == 3 * STEPS, "The last of three epochs was the best, but the model does not have its weights."
    )


def assert_best_after_interrupt(student: Any, draw: Any) -> None:
    """An interrupt while training, an error while testing, and an error before any epoch is finished."""
    for stop, error in ((("train", 7), "KeyboardInterrupt"), (("test", 6), "RuntimeError")):
        seen = Script(draw, [3, 1, 2, 1.5, 1.4]).run(student, patience=10, stop=stop, error=error)
        expect(
            seen["raised"] == error or error == "KeyboardInterrupt",
            "An error in the batches was swallowed: exceptions must pass through `fit`.",
            "error-swallowed",
        )
        forgotten = None
        if seen["steps"] == stop[1] and _stopped_early(student, draw)["steps"] == 2 * STEPS:
            forgotten = "best-weights-not-restored-on-interrupt"
        elif seen["steps"] == stop[1]:
            forgotten = "best-weights-not-restored"
        _assert_best(seen, f"when a {error} ends the training", forgotten, last=stop[1])
    early = Script(draw, [3, 1]).run(student, patience=10, stop=("train", 1), error="RuntimeError")
    expect(early["raised"] == "RuntimeError", "An error in the first epoch must pass through `fit`.", "error-swallowed")


def assert_modes_unchanged(student: Any, draw: Any) -> None:
    """The model comes back in its mode, and gradients and default dtype are as before."""
    for training in (True, False):
        seen = Script(draw, [3, 2]).run(student, patience=2, training=training)
        expect(seen["training_after"] == training, "`fit` changes the model's train/eval mode.", "mode-not-restored")
        assert_modes_kept([True, "torch.float32"], seen["modes_after"], "`fit`")


def _stopped_early(student: Any, draw: Any) -> dict[str, Any]:
    return Script(draw, [3, 1, *(2 + 0.1 * step for step in range(LONG))]).run(student, patience=2)


def _assert_best(seen: dict[str, Any], when: str, forgotten: str | None, last: int | None = None) -> None:
    """The weights are those after the second epoch."""
    steps = seen["steps"]
    if steps == 2 * STEPS:
        return
    last = last or STEPS * len(_lists(seen["history"])[1])
    if steps != last:
        fail(f"The second epoch was the best, but {when} the model has the weights of step {steps}, not {2 * STEPS}.")
    if seen["loads"]:
        fail(
            f"The second epoch was the best, but {when} the model has the last weights, although `load_state_dict` was "
            "called: `state_dict()` refers to the living weights, so a copy is needed.",
            "best-weights-aliased",
        )
    fail(f"The second epoch was the best, but {when} the model has the last weights.", forgotten)


def _length(script: Script, student: Any, patience: int) -> int:
    train, test = _lists(script.run(student, patience)["history"])
    expect(len(train) == len(test), f"The history has {len(train)} training and {len(test)} test losses.")
    return len(test)


def _lists(history: Any) -> tuple[list[Any], list[Any]]:
    expect(isinstance(history, dict), f"Expected `fit` to return the history, a dict, got {describe(history)}.")
    for name in ("train", "test"):
        expect(name in history, f"The history has no entry {name!r}.")
        expect(isinstance(history[name], list), f"history[{name!r}] should be a list, got {describe(history[name])}.")
    return history["train"], history["test"]
