"""Checks of `train_conditional_epoch` on a stand-in model whose every number is known."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import probes
from grader.checks.conditional_vae.networks import one_hot
from grader.checks.kit import epochs, oracles
from grader.checks.kit.contracts import (
    assert_float,
    assert_marks_kept,
    assert_mode_met,
    assert_modes_kept,
    fail_without_steps,
)
from grader.checks.kit.epochs import Weights
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.vocabulary import assert_matches, expect

Pair = tuple[Tensor, Tensor]
SIZES, PIXELS, LATENTS, CLASSES = (5, 5, 2), 7, 3, 4
RATE = 0.05


def _given(draw: Any) -> tuple[Weights, list[Pair]]:
    """Weights of the stand-in, and batches of which the last is smaller."""
    rows = PIXELS + CLASSES
    weights = {"m": draw(rows, LATENTS) / 2, "v": draw(rows, LATENTS) / 2, "k": draw(CLASSES, PIXELS)}
    weights |= {"u": draw(LATENTS, PIXELS) / 2, "cv": torch.full((LATENTS,), epochs.NARROW)}
    return weights, [(draw.uniform(size, PIXELS), draw.integers(0, CLASSES, size)) for size in SIZES]


def _run(student: Any, weights: Weights, pairs: list[Pair], **options: Any) -> Any:
    seen = student.run(probes.conditional_epoch, weights, pairs, **{"learning_rate": RATE} | options)
    expect(
        not seen["not_one_hot"],
        "The model was given labels that are not one-hot: it needs rows of shape (B, num_classes).",
        "label-not-one-hot",
    )
    return seen


def losses_of(weights: Weights, pair: Pair, mistake: str = "") -> Tensor:
    """The loss of each image of a batch, with a graph. `mistake` changes the labels or leaves out a term."""
    x, y = pair
    c = one_hot(y, CLASSES).double()
    c = {"label-ignored": 0 * c, "label-of-another-image": c.flip(0)}.get(mistake, c)
    rows = torch.cat([x.double(), c], dim=1)
    mu, log_var = rows @ weights["m"].double(), rows @ weights["v"].double() + epochs.NARROW
    kl = oracles.gaussian_kl(mu, log_var)
    bce = oracles.bernoulli_nll(torch.sigmoid(c @ weights["k"].double() + mu @ weights["u"].double()), x)
    return bce * (mistake != "elbo-reconstruction-missing") + kl * (mistake != "elbo-kl-missing")


def all_losses(weights: Weights, pairs: list[Pair], mistake: str = "") -> list[Tensor]:
    return [losses_of(weights, pair, mistake) for pair in pairs]


def sgd(weights: Weights, pairs: list[Pair], mistake: str = "") -> tuple[Weights, list[Tensor]]:
    """One epoch of gradient descent, right or with a mistake: the new weights, and the losses on the way."""
    return epochs.descend(weights, pairs, partial(losses_of, mistake=mistake), RATE, mistake)


@confirmed
def assert_value(student: Any, draw: Any) -> None:
    """The mean loss per image of weights that stay as they are."""

    def make() -> Any:
        given = _given(draw)
        expected, suspects = epochs.epoch_values(all_losses(*given))
        for mistake in ("label-ignored", "label-of-another-image", "elbo-kl-missing", "elbo-reconstruction-missing"):
            suspects[mistake] = torch.cat(all_losses(*given, mistake)).mean()
        return given, expected, suspects

    (weights, pairs), expected, suspects = told_apart(make)
    value = assert_float(_run(student, weights, pairs, learning_rate=0.0)["value"], "the loss")
    assert_matches(value, expected, what="the loss per image", suspects=suspects)


@confirmed
def assert_losses_on_the_way(student: Any, draw: Any) -> None:
    """The losses that are averaged are those before each step."""

    def make() -> Any:
        given = _given(draw)
        after, met = sgd(*given)
        expected, suspects = epochs.epoch_values(met)
        at_the_end, _ = epochs.epoch_values(all_losses(after, given[1]))
        unmoved, _ = epochs.epoch_values(all_losses(*given))
        _, met_later = sgd(*given, "epoch-loss-after-training")
        later = [at_the_end, epochs.epoch_values(met_later)[0]]
        return given, expected, suspects | {"epoch-loss-after-training": later, "": unmoved}

    (weights, pairs), expected, suspects = told_apart(make)
    value = assert_float(_run(student, weights, pairs)["value"], "the loss")
    assert_matches(value, expected, what="the loss per image", suspects=suspects)


def assert_steps(student: Any, draw: Any) -> None:
    """The weights after the epoch are those of one step of gradient descent for each batch."""
    weights, pairs = _given(draw)
    seen = _run(student, weights, pairs)
    end = _joined(seen["weights"])
    if torch.equal(end, _joined(weights)):
        fail_without_steps(seen)
    mistakes = (
        *("zero-grad-missing", "one-step-per-epoch", "elbo-summed-over-batch", "gradient-ascent"),
        "step-before-backward",
        *("label-ignored", "label-of-another-image", "elbo-kl-missing", "elbo-reconstruction-missing"),
    )
    suspects = {name: _joined(sgd(weights, pairs, name)[0]) for name in mistakes}
    expected = _joined(sgd(weights, pairs)[0])
    assert_matches(end, expected, what="the weights after the epoch", suspects=suspects)


def assert_training_mode(student: Any, draw: Any) -> None:
    """Training mode throughout, for a model that comes in evaluation mode."""
    seen = _run(student, *_given(draw), training=False)
    assert_mode_met(seen, training=True, doing="trains")


def assert_batches_kept(student: Any, draw: Any) -> None:
    """A list of batches and any iterable do; batches and global modes are left alone."""
    weights, pairs = _given(draw)
    x, y = pairs[-1]
    pairs = [*pairs[:-1], (x.round(), y)]  # pixels of 0 and 1, which a clamp in place would change
    for as_list in (True, False):
        seen = _run(student, weights, pairs, as_list=as_list)
        assert_float(seen["value"], "the loss")
        flat = zip((t for pair in pairs for t in pair), (t for pair in seen["batches"] for t in pair), strict=True)
        kept = all(torch.equal(before, after) for before, after in flat)
        expect(kept, "`train_conditional_epoch` changes the batches that it is given.", "arguments-changed-in-place")
        assert_modes_kept(seen["before"], seen["after"], "`train_conditional_epoch`")
        assert_marks_kept(seen["lost"], "`train_conditional_epoch`")


def _joined(weights: Weights) -> Tensor:
    return torch.cat([weights[name].double().flatten() for name in ("m", "v", "k")])
