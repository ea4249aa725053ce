"""Checks of `train_epoch` and `evaluate` on a stand-in model whose every number is known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import epochs
from grader.checks.kit.contracts import (
    assert_draws_anew,
    assert_float,
    assert_marks_kept,
    assert_mode_met,
    assert_modes_kept,
    fail_without_steps,
)
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.oracles import Suspects, bernoulli_nll, gaussian_kl
from grader.checks.kit.probes import on_stand_in
from grader.checks.kit.vocabulary import assert_matches, expect, fail
from grader.failures import CheckFailure, Raised

SIZES, PIXELS, LATENTS = (5, 5, 2), 7, 3


def _given(draw: Any, sizes: tuple[int, ...] = SIZES) -> tuple[dict[str, Tensor], list[Tensor]]:
    """Weights of the stand-in, and batches of which the last is smaller unless other sizes are given."""
    weights = {"m": draw(PIXELS, LATENTS) / 2, "v": draw(PIXELS, LATENTS) / 2, "b": draw(PIXELS)}
    weights |= {"w": draw(LATENTS, PIXELS) / 2, "cv": torch.full((LATENTS,), epochs.NARROW)}
    return weights, [draw.uniform(size, PIXELS) for size in sizes]


def _run(student: Any, function: str, weights: dict[str, Tensor], batches: list[Tensor], **options: Any) -> Any:
    return student.run(on_stand_in, function, weights, batches, **options)


def _losses(weights: dict[str, Tensor], batches: list[Tensor]) -> list[Tensor]:
    return [epochs.stand_in_losses(weights, x) for x in batches]


def _values_of_mistakes(weights: dict[str, Tensor], batches: list[Tensor]) -> Suspects:
    """What wrong losses make of the mean loss per image."""
    met = [epochs.mistaken_losses(weights, x) for x in batches]
    return {
        name: [epochs.epoch_values(list(of_batches))[0] for of_batches in zip(*(one[name] for one in met), strict=True)]
        for name in met[0]
    }


def _weights_after_mistakes(weights: dict[str, Tensor], batches: list[Tensor], rate: float) -> Suspects:
    """Where wrong losses lead the weights in an epoch."""

    def after(losses: Callable[[dict[str, Tensor], Tensor], Tensor]) -> Tensor:
        return _joined(epochs.descend(weights, batches, losses, rate)[0])

    def mistaken(name: str, way: int) -> Callable[[dict[str, Tensor], Tensor], Tensor]:
        return lambda current, x: epochs.mistaken_losses(current, x)[name][way]

    known = epochs.mistaken_losses(weights, batches[0])
    return {name: [after(mistaken(name, way)) for way in range(len(values))] for name, values in known.items()} | {
        "elbo-divided-by-batch-twice": after(lambda current, x: epochs.stand_in_losses(current, x) / len(x))
    }


@confirmed
def assert_epoch_value(student: Any, draw: Any, function: str, sizes: tuple[int, ...] = SIZES, **options: Any) -> None:
    """The mean loss per image of weights that stay as they are."""

    def make() -> Any:
        given = _given(draw, sizes)
        expected, suspects = epochs.epoch_values(_losses(*given))
        return given, expected, suspects | _values_of_mistakes(*given)

    (weights, batches), expected, suspects = told_apart(make)
    try:
        seen = _run(student, function, weights, batches, **options)
    except Raised:
        _assert_outputs_in_order(student, draw, function, **options)
        raise
    assert_matches(assert_float(seen["value"], "the loss"), expected, what="the loss per image", suspects=suspects)


def _assert_outputs_in_order(student: Any, draw: Any, function: str, **options: Any) -> None:
    """What raises for outputs taken for one another shows itself where all three have one shape and lie in (0, 1)."""
    weights = {
        "m": draw.uniform(PIXELS, PIXELS) / PIXELS,
        "v": draw.uniform(PIXELS, PIXELS) / PIXELS,
        "b": draw(PIXELS),
    }
    batches = [draw.uniform(size, PIXELS) for size in SIZES]
    try:
        value = _run(student, function, weights, batches, **options)["value"]
    except Raised:
        return
    x = torch.cat(batches)
    _, *others = itertools.permutations(epochs.stand_in_outputs(weights, x))
    losses = [(bernoulli_nll(first, x) + gaussian_kl(second, third)).mean().item() for first, second, third in others]
    if isinstance(value, float) and any(math.isclose(value, loss, rel_tol=1e-4) for loss in losses):
        message = "The outputs of the model are taken for one another: it returns x_hat, mu, log_var, in this order."
        raise CheckFailure(message, "model-outputs-mixed-up", structural=True)


def assert_draws(student: Any, draw: Any, function: str, **options: Any) -> None:
    """The loss is that of codes drawn from q(z|x), as the model's own call gives it."""
    weights, _ = _given(draw)
    weights |= {"v": torch.zeros(PIXELS, LATENTS), "cv": torch.ones(LATENTS)}
    batches = [draw.uniform(size, PIXELS) for size in (600, 600, 300)]
    x = torch.cat(batches)
    distortion, spread, at_mean = epochs.distortions_of_codes(weights, x, draw)
    kl = gaussian_kl(x @ weights["m"], torch.ones(len(x), LATENTS)).mean().item()
    expected, at_mean = distortion + kl, at_mean + kl
    seen = _run(student, function, weights, batches, **options)
    value = assert_float(seen["value"], "the loss")
    allowed = 8 * spread / len(x) ** 0.5
    expect(
        abs(value - expected) < allowed,
        f"Expected a loss of {expected:.2f} ± {allowed:.2f} nats with z drawn from q(z|x), got {value:.2f}.",
        "distortion-of-the-mean-code" if abs(value - at_mean) < 1e-3 * at_mean else None,
    )
    if function == "evaluate":
        assert_draws_anew(seen, function)


@confirmed
def assert_losses_on_the_way(student: Any, draw: Any) -> None:
    """The losses that are averaged are those before each step."""

    def make() -> Any:
        given = _given(draw)
        after, met = epochs.descend(*given, epochs.stand_in_losses, 0.05)
        expected, suspects = epochs.epoch_values(met)
        at_the_end, _ = epochs.epoch_values(_losses(after, given[1]))
        unmoved, _ = epochs.epoch_values(_losses(*given))
        _, met_later = epochs.descend(*given, epochs.stand_in_losses, 0.05, "epoch-loss-after-training")
        later = [at_the_end, epochs.epoch_values(met_later)[0]]
        return given, expected, suspects | {"epoch-loss-after-training": later, "": unmoved}

    (weights, batches), expected, suspects = told_apart(make)
    value = assert_float(_run(student, "train_epoch", weights, batches, learning_rate=0.05)["value"], "the loss")
    assert_matches(value, expected, what="the loss per image", suspects=suspects)


def assert_steps(student: Any, draw: Any) -> None:
    """The weights after the epoch are those of one step of gradient descent for each batch."""
    weights, batches = _given(draw)
    seen = _run(student, "train_epoch", weights, batches, learning_rate=0.05)
    end, start = _joined(seen["weights"]), _joined(weights)
    if torch.equal(end, start):
        fail_without_steps(seen)
    mistakes = (
        *("zero-grad-missing", "one-step-per-epoch", "elbo-summed-over-batch", "gradient-ascent"),
        *("step-before-backward", "short-batch-left-out"),
    )

    def after(mistake: str = "") -> Tensor:
        return _joined(epochs.descend(weights, batches, epochs.stand_in_losses, 0.05, mistake)[0])

    def suspects() -> Suspects:
        first = _run(student, "train_epoch", weights, batches[:1], learning_rate=0.05)["weights"]
        clipped = epochs.descend_clipped(weights, batches, epochs.stand_in_losses, 0.05, first)
        wrong: Suspects = {name: after(name) for name in mistakes} | _weights_after_mistakes(weights, batches, 0.05)
        return wrong | {"gradients-clipped": [_joined(one) for one in clipped]}

    assert_matches(end, after(), what="the weights after the epoch", suspects=suspects)


def _joined(weights: dict[str, Tensor]) -> Tensor:
    return torch.cat([weights[name].double().flatten() for name in ("m", "v", "b")])


def assert_training_mode(student: Any, draw: Any) -> None:
    """Training mode throughout, for a model that comes in evaluation mode."""
    seen = _run(student, "train_epoch", *_given(draw), learning_rate=0.01, training=False)
    assert_mode_met(seen, training=True, doing="trains")


def assert_evaluation_mode(student: Any, draw: Any) -> None:
    """Evaluation mode throughout, and afterwards the mode from before."""
    names = {True: "training", False: "evaluation"}
    for training in (True, False):
        seen = _run(student, "evaluate", *_given(draw), training=training)
        assert_mode_met(seen, training=False, doing="is evaluated")
        expect(
            seen["training_after"] == 3 * [training],
            f"A model that arrives in {names[training]} mode is left in {names[not training]} mode.",
            "mode-not-restored",
        )


def assert_no_graph(student: Any, draw: Any) -> None:
    """No graph is built, so that nothing is kept in memory."""
    seen = _run(student, "evaluate", *_given(draw))
    expect(
        not any(seen["graph"]),
        "A graph is built while the model is evaluated: use `with torch.no_grad():`.",
        "evaluate-calls-backward" if seen["backwards"] else "evaluate-builds-graph",
    )
    assert_modes_kept(seen["before"], seen["after"], "`evaluate`")


def assert_learns_nothing(student: Any, draw: Any) -> None:
    """The weights stay, and get no gradients."""
    weights, batches = _given(draw)
    seen = _run(student, "evaluate", weights, batches)
    same = torch.equal(_joined(seen["weights"]), _joined(weights))
    expect(same, "`evaluate` changes the weights of the model.")
    if seen["backwards"]:
        fail("`evaluate` changes gradients of the parameters.", "evaluate-calls-backward")
    assert_marks_kept(seen["lost"], "`evaluate`")


def assert_batches_kept(student: Any, draw: Any, function: str, **options: Any) -> None:
    """A list of batches and any iterable do; batches and global modes are left alone."""
    weights, batches = _given(draw)
    batches = [*batches[:-1], batches[-1].round()]  # pixels of 0 and 1, which a clamp in place would change
    for as_list, grad_mode in ((True, True), (False, True), (False, False)):
        if not grad_mode and "learning_rate" in options:
            continue  # there is no training without gradients
        seen = _run(student, function, weights, batches, as_list=as_list, grad_mode=grad_mode, **options)
        assert_float(seen["value"], "the loss")
        kept = all(torch.equal(before, after) for before, after in zip(batches, seen["batches"], strict=True))
        expect(kept, f"`{function}` changes the batches that it is given.", "arguments-changed-in-place")
        assert_modes_kept(seen["before"], seen["after"], f"`{function}`")
        assert_marks_kept(seen["lost"], f"`{function}`")
