"""Checks of `train_beta_epoch` and `beta_sweep` on stand-in models whose every number is known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
from torch import Tensor

from grader.checks.beta import oracles, probes, stand_in, sweeps
from grader.checks.beta.stand_in import LATENTS, PIXELS, SIZES
from grader.checks.kit.contracts import assert_float, assert_mode_met, assert_modes_kept, fail_without_steps
from grader.checks.kit.epochs import Weights
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.oracles import Suspects
from grader.checks.kit.probes import on_stand_in
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail
from grader.failures import CheckFailure, Raised

EPOCHS, RATE = 5, 0.1  # of the sweeps

# train_beta_epoch -----------------------------------------------------------------------------------------------------


@confirmed
def assert_value(student: Any, draw: Any) -> None:
    """The mean weighted loss per image of weights that stay as they are."""

    def make() -> Any:
        given = stand_in.drawn(draw, edges=False)
        return given, *oracles.epoch_loss(*given, 3.7)

    (weights, batches), expected, suspects = told_apart(make)
    try:
        value = assert_float(_epoch(student, weights, batches, 3.7, 0.0)["value"], "the loss")
    except Raised as raised:
        raise Raised(raised.message, _wrong_order(student, draw), raised.structural) from None
    weights_after = _joined(_epoch(student, weights, batches, 3.7, 0.05)["weights"]).float()
    if torch.allclose(weights_after, _joined(oracles.sgd(weights, batches, 0.05, 3.7)).float(), rtol=1e-3, atol=1e-5):
        suspects = {
            "reports-another-loss" if name == "beta-ignored" else name: wrong for name, wrong in suspects.items()
        }
    assert_matches(value, expected, what="the loss per image at beta = 3.7", suspects=suspects)


def _wrong_order(student: Any, draw: Any) -> str | None:
    """Whether the model's outputs are taken for one another, by a model whose outputs all have one shape."""
    weights, batches = stand_in.square(draw)
    orders = oracles.losses_in_wrong_order(weights, torch.cat(batches), 3.7)
    try:
        value = assert_float(_epoch(student, weights, batches, 3.7, 0.0)["value"], "the loss")
    except CheckFailure:
        return None
    return "arguments-in-wrong-order" if any(abs(value - wrong) < 1e-4 * abs(wrong) for wrong in orders) else None


def _named_by_value(check: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A check in which an exception has the name that its mistake gets where it raises none, in `assert_value`.

    Pixels of 0 and 1 make an error out of what is only a wrong number elsewhere.
    """

    @wraps(check)
    def run(student: Any, draw: Any) -> None:
        try:
            check(student, draw)
        except Raised as raised:
            raise Raised(raised.message, _name_of_value(student, draw), raised.structural) from None

    return run


def _name_of_value(student: Any, draw: Any) -> str | None:
    try:
        assert_value(student, draw)
    except CheckFailure as failure:
        return failure.misconception
    return None


@_named_by_value
@confirmed
def assert_losses_on_the_way(student: Any, draw: Any) -> None:
    """The losses that are averaged are those before each step."""

    def make() -> Any:
        given = stand_in.drawn(draw)
        return given, *oracles.losses_on_the_way(*given, 0.05, 3.7)

    (weights, batches), expected, suspects = told_apart(make)
    value = assert_float(_epoch(student, weights, batches, 3.7, 0.05)["value"], "the loss")
    assert_matches(value, expected, what="the loss per image at beta = 3.7", suspects=suspects)


@_named_by_value
def assert_steps(student: Any, draw: Any) -> None:
    """The weights after the epoch are those of one step of gradient descent for each batch."""
    weights, batches = stand_in.drawn(draw, edges=False)
    seen = _epoch(student, weights, batches, 3.7, 0.05)
    if torch.equal(_joined(seen["weights"]), _joined(weights)):
        fail_without_steps(seen)

    def suspects() -> Suspects:
        wrong = oracles.wrong_steps(weights, batches, 0.05, 3.7)
        first = _epoch(student, weights, batches[:1], 3.7, 0.05)["weights"]
        wrong["gradients-clipped"] = oracles.clipped_steps(weights, batches, 0.05, 3.7, first)
        return {name: [_joined(way) for way in ways] for name, ways in wrong.items()}

    expected = _joined(oracles.sgd(weights, batches, 0.05, 3.7))
    assert_matches(_joined(seen["weights"]), expected, what="the weights after the epoch", suspects=suspects)


@_named_by_value
def assert_training_mode(student: Any, draw: Any) -> None:
    """Training mode throughout, whatever the mode was; batches and global modes are as they were."""
    weights, batches = stand_in.drawn(draw)
    seen = _epoch(student, weights, batches, 2.0, 0.01, training=False)
    assert_mode_met(seen, training=True, doing="trains")
    stand_in.assert_left_alone(seen, "train_beta_epoch", batches)


@_named_by_value
def assert_takes_list(student: Any, draw: Any) -> None:
    """A list of batches does."""
    weights, batches = stand_in.drawn(draw)
    assert_float(_epoch(student, weights, batches, 2.0, 0.01, as_list=True)["value"], "the loss")


def _epoch(student: Any, weights: Weights, batches: list[Tensor], beta: float, rate: float, **options: Any) -> Any:
    return student.run(on_stand_in, "train_beta_epoch", weights, batches, [beta], learning_rate=rate, **options)


def _joined(weights: Weights) -> Tensor:
    return torch.cat([weights[name].double().flatten() for name in "mvb"])


# beta_sweep -----------------------------------------------------------------------------------------------------------


def assert_points(student: Any, draw: Any) -> None:
    """Each point is that of a new model, trained at its price and measured on the test batches."""
    betas = [4.0, 0.3, 1.7]

    def make() -> Any:
        given = _sweep_inputs(draw)
        best = sweeps.sweep(betas, *given, EPOCHS, RATE, mistake="sweep-reports-best-epoch")
        return given, sweeps.sweep(betas, *given, EPOCHS, RATE), {"sweep-reports-best-epoch": best}

    given, expected, _ = told_apart(make)
    points = _swept(student, betas, given, epochs=EPOCHS, learning_rate=RATE)

    def suspects() -> Suspects:
        weights, train, test = given
        wrong: Suspects = {
            name: sweeps.sweep(betas, weights, train, test, EPOCHS, RATE, name) for name in sweeps.SWEEP_MISTAKES
        }
        by_sum = sweeps.sweep(betas, weights, train, test, EPOCHS, RATE, "sweep-reports-best-epoch", by_loss=False)
        continued = [
            sweeps.sweep(order, weights, train, test, EPOCHS, RATE, "sweep-continues-one-model", one_optimizer=one)
            for order in (betas, sorted(betas))
            for one in (True, False)
        ]
        return wrong | {
            "sweep-reports-best-epoch": [wrong["sweep-reports-best-epoch"], by_sum],
            "sweep-continues-one-model": continued,
            "sweep-sorts-its-points": expected[expected[:, 0].argsort()],
        }

    assert_matches(points.float(), expected.float(), what="the points", rtol=5e-3, atol=1e-3, suspects=suspects)


def assert_sweep_defaults(student: Any, draw: Any) -> None:
    """Without options the epochs and the learning rate are the course's."""
    given, betas = _sweep_inputs(draw), [2.5]
    expected = sweeps.sweep(betas, *given, 8, 5e-3)
    points = _swept(student, betas, given)
    assert_matches(points.float(), expected.float(), what="the point", rtol=5e-3, atol=1e-3)


def assert_points_apart(student: Any, draw: Any) -> None:
    """A price has the same point alone and after another one."""
    given = _sweep_inputs(draw)
    alone = _swept(student, (2.5,), given, epochs=3, learning_rate=RATE)
    _swept(student, (1e4, 0.4), given, epochs=20, learning_rate=RATE)  # whatever the first one comes to
    second = _swept(student, (0.4, 2.5, 0.4), given, epochs=3, learning_rate=RATE)
    once = _swept(student, (2.5, 0.4), given, epochs=3, learning_rate=RATE, once=True)
    expect(
        torch.allclose(alone[0], second[1], rtol=1e-3),
        "The point for β = 2.5 depends on which other β are in the list.",
        "sweep-continues-one-model" if torch.allclose(alone[0], once[0], rtol=1e-3) else None,
    )
    expect(
        torch.allclose(once.flip(0), second[:2], rtol=1e-3),
        "With betas that can be run through once only, such as a generator, the points are others than with a list.",
    )


def _sweep_inputs(draw: Any) -> tuple[Weights, list[Tensor], list[Tensor]]:
    """Weights of the sweep's stand-in, training batches and test batches."""
    weights = {"m": draw(PIXELS, LATENTS) / 2, "v": draw(PIXELS, LATENTS) / 2, "b": draw(PIXELS)}
    train = [draw.uniform(size, PIXELS) for size in SIZES]
    return weights, train, [draw.uniform(size, PIXELS) for size in (3, 3, 1)]


def _swept(
    student: Any,
    betas: list[float] | tuple[float, ...],
    given: tuple[Weights, list[Tensor], list[Tensor]],
    once: bool = False,
    **options: Any,
) -> Tensor:
    """The points (K, 3) of the student's sweep; with `once` the betas can be run through once only."""
    try:
        seen = student.run(probes.sweep, betas, *given, options, once)
    except Raised as raised:
        does_not_fit = "mat1 and mat2 shapes" in raised.message
        if does_not_fit and not student.run(probes.asks_for_models, betas, *given):
            fail(
                "Your `beta_sweep` never calls `make_model`, and the models that it trains do not fit these images of "
                f"{PIXELS} pixels.",
                "sweep-makes-its-own-models",
            )
        raise
    points = seen["points"]
    expect(isinstance(points, list), f"Expected a list of (beta, rate, distortion), got {describe(points)}.")
    if len(points) != len(betas):
        message = f"Expected {len(betas)} points, one for each beta, got {len(points)}."
        if once:
            fail(f"{message} These betas can be run through once only.", "runs-through-twice")
        fail(message, "sweep-merges-equal-betas" if len(points) == len(set(betas)) else None)
    for point in points:
        triple = isinstance(point, tuple) and len(point) == 3
        expect(triple, f"Expected a point to be (beta, rate, distortion), got {describe(point)}.")
    assert_modes_kept(seen["before"], seen["after"], "`beta_sweep`")
    numbers = [[assert_float(value, "every entry of a point") for value in point] for point in points]
    return torch.tensor(numbers, dtype=torch.float64)
