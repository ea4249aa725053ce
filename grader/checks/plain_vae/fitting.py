"""Checks of early stopping on a stand-in whose loss after each epoch is written down beforehand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NoReturn

from grader.checks.kit.contracts import assert_float, assert_modes_kept
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail
from grader.checks.plain_vae import probes
from grader.failures import CheckFailure

BATCH_SIZES = (3, 2)
STEPS = len(BATCH_SIZES)
RUNS = 3


class Script:
    """Losses for a run of epochs: test losses given by rank, at levels drawn for each check, and drawn training losses.

    The first epoch has the lowest training loss, so that whoever goes by training losses is found out.
    """

    def __init__(self, draw: Any, ranks: Sequence[float], level: float = 0) -> None:
        base, scale = level + 2 + draw.uniform(1).item(), 0.3 + 0.3 * draw.uniform(1).item()
        self.test = [base + scale * rank for rank in ranks]
        self.train = [level + 6, *(level + 7 + 2 * draw.uniform(len(ranks))).tolist()][: len(ranks)]
        first, second = BATCH_SIZES
        self.best = 1 + self.test.index(min(self.test))
        self.losses = [level + 5.0]
        for train, test in zip(self.train, self.test, strict=True):
            second_batch = ((first + second) * train - first * self.losses[-1]) / second
            self.losses += [second_batch, test]

    def run(self, student: Any, patience: int, **options: Any) -> dict[str, Any]:
        """What `fit` does with it."""
        seen: dict[str, Any] = student.run(
            probes.scripted_fit,
            self.losses,
            len(self.test),
            patience,
            batch_sizes=list(BATCH_SIZES),
            **options,
        )
        return seen


def assert_history(student: Any, draw: Any) -> None:
    """Lists of floats under "train" and "test", one entry for each epoch, with the losses of the script."""
    epochs = int(draw.integers(3, 7, 1))
    script = Script(draw, list(range(epochs, 0, -1)))
    seen = script.run(student, patience=3)
    train, test = _lists(seen["history"])
    for name, values, expected in (("train", train, script.train), ("test", test, script.test)):
        expect(
            len(values) == epochs,
            f"After {epochs} epochs history[{name!r}] should have {epochs} entries; it has {len(values)}.",
            "history-incomplete" if len(values) < epochs == seen["epochs"] else None,
        )
        for epoch, (value, right) in enumerate(zip(values, expected, strict=True)):
            loss = assert_float(value, f"history[{name!r}][{epoch}]")
            suspects = {"history-swapped": script.test[epoch]} if name == "train" else {}
            assert_matches(loss, right, what=f"history[{name!r}][{epoch}]", suspects=suspects)


def assert_patience(student: Any, draw: Any) -> None:
    """It stops when `patience` epochs in a row were no better than the best."""
    battery = _battery(draw)
    for name in ("rising, patience 1", "rising", "falling"):
        script, patience = battery[name]
        epochs = script.run(student, patience)["epochs"]
        if epochs != script.best + patience:
            _fail_with_diagnosis(
                student,
                draw,
                f"Epoch {script.best} was the best and all later ones were worse. With patience={patience} training "
                f"should end after {script.best + patience} epochs, but it ended after {epochs}.",
            )


def assert_any_run(student: Any, draw: Any) -> None:
    """Whatever the losses are, with improvements and setbacks of any size: as many epochs, losses and the weights."""
    slow = [2 - 1e-4 * epoch for epoch in range(8)]  # every epoch is the best so far, if only by a little
    high = (1500.0, [8.0, 4.0, 6.0, 0.0, 2.0])  # nats: large images cost that much
    hill = (0, [2.0, 1.0, *(3 + draw.uniform(8)).tolist()])  # all that follows is worse than what came before the best
    worse = (0, [13.0 - epoch / 2 for epoch in range(6)])  # than before the first epoch, in all of them
    for level, ranks in ((0, slow), high, hill, worse, *((0, (draw.uniform(12) * 4).tolist()) for _ in range(RUNS))):
        script, patience = Script(draw, ranks, level), int(draw.integers(2 if ranks is hill[1] else 1, 5, 1))
        seen, epochs = script.run(student, patience), epochs_run(script, patience)
        told = f"With test losses {', '.join(f'{loss:.3f}' for loss in script.test)} and patience={patience}"
        if seen["epochs"] != epochs:
            message = f"{told} training should end after {epochs} epochs, but it ended after {seen['epochs']}."
            expect(ranks is not slow or not _wants_a_margin(student, draw), message, "improvement-needs-a-margin")
            _fail_with_diagnosis(student, draw, message)
        for losses in _lists(seen["history"]):
            missing = "history-incomplete" if len(losses) < epochs else None
            message = f"{told} {epochs} epochs are run, but the history has {len(losses)} entries."
            expect(len(losses) == epochs, message, missing)
        best = 1 + script.test.index(min(script.test[:epochs]))
        steps = seen["steps"]
        expect(steps == best * STEPS, f"{told} epoch {best} is the best, but the model has weights of step {steps}.")


def _wants_a_margin(student: Any, draw: Any) -> bool:
    """Whether training goes on while every epoch is better by a lot, and not where each is better by a little."""
    falls = [Script(draw, [8 - step * epoch for epoch in range(8)]) for step in (1, 1e-4)]
    return [script.run(student, patience=3)["epochs"] for script in falls] == [8, 4]


def _untrained_competes(student: Any, draw: Any) -> bool:
    """Whether a model that is worse after each of its epochs than before the first comes back as it was."""
    worse, better = (Script(draw, [start - epoch / 2 for epoch in range(6)]) for start in (13.0, 3.0))
    kept, improved = worse.run(student, patience=3), better.run(student, patience=3)
    return bool(kept["epochs"] == 3 and kept["steps"] == 0 and improved["steps"] == 6 * STEPS)


def assert_counts_in_a_row(student: Any, draw: Any) -> None:
    """Every lower test loss sets the counter back."""
    script, patience = _battery(draw)["zigzag"]
    epochs = script.run(student, patience)["epochs"]
    if epochs != len(script.test):
        _fail_with_diagnosis(
            student,
            draw,
            f"Every second epoch was the best so far, so with patience={patience} training should go on to the end "
            f"({len(script.test)} epochs), but it ended after {epochs}.",
        )


def assert_ties(student: Any, draw: Any) -> None:
    """Equal is not lower."""
    script, patience = _battery(draw)["ties"]
    epochs = script.run(student, patience)["epochs"]
    if epochs != script.best + patience:
        _fail_with_diagnosis(
            student,
            draw,
            f"The test loss stayed exactly the same from epoch {script.best} on. With patience={patience} training "
            f"should end after {script.best + patience} epochs, but it ended after {epochs}.",
        )


def _falls_to_best(draw: Any) -> list[float]:
    """Ranks of the first epochs, each better than the one before; the last of them, 1, is to stay the best."""
    return [3 + 0.4 * step for step in range(int(draw.integers(1, 4, 1)) - 1, -1, -1)] + [1.0]


def _then_rises(draw: Any) -> list[float]:
    """The same, and then worse and worse, for longer than any patience here."""
    return _falls_to_best(draw) + [2 + 0.1 * step for step in range(int(draw.integers(6, 9, 1)))]


def _battery(draw: Any) -> dict[str, tuple[Script, int]]:
    """Scripts, each with a patience, that tell the ways of stopping apart."""
    patience = int(draw.integers(3, 5, 1))
    falling = _falls_to_best(draw) + [2.9 - 0.1 * step for step in range(int(draw.integers(6, 9, 1)))]
    pairs = range(2 * int(draw.integers(4, 7, 1)), 0, -2)
    return {
        "rising, patience 1": (Script(draw, _then_rises(draw)), 1),
        "rising": (Script(draw, _then_rises(draw)), patience),
        "falling": (Script(draw, falling), patience),
        "zigzag": (Script(draw, [*(rank for best in pairs for rank in (best, best + 1)), 1]), patience),
        "ties": (Script(draw, _falls_to_best(draw) + 6 * [1.0]), patience),
    }


def _fail_with_diagnosis(student: Any, draw: Any, message: str) -> NoReturn:
    """Fails with the names of the mistakes that explain the number of epochs."""
    battery = list(_battery(draw).values())
    seen = [script.run(student, patience) for script, patience in battery]
    if any(one["went_back"] for one in seen):
        raise CheckFailure(f"{message} Epochs began with weights of an earlier one.", "trains-on-from-best")
    expect(not _untrained_competes(student, draw), message, "untrained-model-competes")
    names = diagnosis(battery, [one["epochs"] for one in seen])
    raise CheckFailure(message, names[0] if names else None, also=names[1:])


WAYS: dict[str, list[dict[str, Any]]] = {
    "patience-off-by-one": [{"extra": 1}, {"extra": -1}],
    "patience-not-reset": [{"reset": False}],
    "compares-with-previous": [{"with_previous": True}],
    "ties-count-as-improvement": [{"ties": True}],
    "never-stops": [{"extra": 1000}],
    "stops-at-first-setback": [{"extra": -1000}],
    "best-never-beaten": [{"best": 0.0}],
    "stops-by-training-loss": [{"by_training": True}],
}


def diagnosis(battery: Sequence[tuple[Script, int]], counts: Sequence[int]) -> tuple[str, ...]:
    """The one way of stopping that explains these numbers of epochs, or else the two at once; none if several do."""

    def explains(way: dict[str, Any]) -> bool:
        return all(epochs_run(*scripted, **way) == count for scripted, count in zip(battery, counts, strict=True))

    for together in (1, 2):
        found = [
            names
            for names in itertools.combinations(WAYS, together)
            for ways in itertools.product(*(WAYS[name] for name in names))
            if len({option for way in ways for option in way}) == together
            and explains({option: value for way in ways for option, value in way.items()})
        ]
        if found:
            return found[0] if len(found) == 1 else ()
    return ()


def epochs_run(
    script: Script,
    patience: int,
    *,
    extra: int = 0,
    reset: bool = True,
    with_previous: bool = False,
    ties: bool = False,
    by_training: bool = False,
    best: float = math.inf,
) -> int:
    """After how many epochs training ends: rightly, or with a mistake."""
    waited = 0
    losses = script.train if by_training else script.test
    for epoch, loss in enumerate(losses, start=1):
        if loss < best or (ties and loss == best):
            best, waited = loss, 0 if reset else waited
        else:
            waited += 1
            if waited >= max(patience + extra, 1):
                return epoch
        if with_previous:
            best = loss
    return len(losses)


def assert_best_after_stopping(student: Any, draw: Any) -> None:
    """Patience runs out, and the best epoch's weights are there."""
    script = Script(draw, _then_rises(draw))
    _assert_best(script, script.run(student, patience=2), "after stopping early", "best-weights-not-restored")


def assert_best_at_the_end(student: Any, draw: Any) -> None:
    """One of the first epochs is the best and patience never runs out; the last one is."""
    script = Script(draw, [*_falls_to_best(draw), 2, 1.5])
    seen = script.run(student, patience=10)
    forgotten, epochs = "best-weights-not-restored", len(script.test)
    of_this_run = len(_lists(seen["history"])[0]) == epochs
    if of_this_run and seen["steps"] == epochs * STEPS and _restores_after_stopping(student, draw):
        forgotten = "best-weights-only-after-early-stop"
        rising = Script(draw, [*_falls_to_best(draw), 1.5, 2])
        if rising.run(student, patience=10)["steps"] == rising.best * STEPS:  # the last epoch beat the one before
            forgotten = "compares-with-previous"
    _assert_best(script, seen, "when all epochs are done", forgotten)
    last = Script(draw, [3, 2, 1]).run(student, patience=10)
    expect(
        last["steps"] == 3 * STEPS, "The last of three epochs was the best, but the model does not have its weights."
    )


def assert_errors_pass(student: Any, draw: Any) -> None:
    """An error of the model or of the training batches in the first epoch, and one of the test batches later on."""
    for place, step in (("model", 1), ("train batches", 1), ("test batches", 2 * STEPS)):
        seen = Script(draw, [3, 1, 2]).run(student, patience=10, fails_at=[place, step])
        if place == "test batches" and seen["epochs"] > 1:
            unused = "`fit` never goes through `test_batches`: its test loss is that of other images."
            expect("test" in seen["used"], unused, "stops-by-training-loss")
        expect(seen["failed"], f"`fit` never reaches the error that this check plants in the {place}.")
        swallowed = f"An error in the {place} was swallowed: whoever calls `fit` must hear of it."
        expect(seen["raised"], swallowed, "error-swallowed")


def assert_modes_unchanged(student: Any, draw: Any) -> None:
    """Gradients and default dtype are as before."""
    seen = Script(draw, [3, 2]).run(student, patience=2)
    assert_modes_kept([True, "torch.float32"], seen["modes_after"], "`fit`")


def _restores_after_stopping(student: Any, draw: Any) -> bool:
    script = Script(draw, _then_rises(draw))
    seen = script.run(student, patience=2)
    return bool(seen["epochs"] == script.best + 2 and seen["steps"] == script.best * STEPS)


def _assert_best(script: Script, seen: dict[str, Any], when: str, forgotten: str) -> None:
    """The weights are those after the best epoch."""
    steps, best = seen["steps"], script.best
    if steps == best * STEPS:
        return
    expect(seen["epochs"] > best - 1, f"Epoch {best} was the best, but training ends after epoch {seen['epochs']}.")
    if steps != STEPS * seen["epochs"]:
        fail(
            f"Epoch {best} was the best, but {when} the model has the weights of step {steps}, "
            f"not of step {best * STEPS}."
        )
    if seen["live_loads"]:
        fail(
            f"Epoch {best} was the best, but {when} the model has the last weights, although `load_state_dict` was "
            "called: `state_dict()` refers to the live weights, so a copy is needed.",
            "best-weights-aliased",
        )
    fail(f"Epoch {best} was the best, but {when} the model has the last weights.", forgotten)


def _lists(history: Any) -> tuple[list[Any], list[Any]]:
    expect(isinstance(history, dict), f"Expected `fit` to return the history, a dict, got {describe(history)}.")
    for name in ("train", "test"):
        expect(name in history, f"The history has no entry {name!r}.")
        expect(isinstance(history[name], list), f"history[{name!r}] should be a list, got {describe(history[name])}.")
    return history["train"], history["test"]
