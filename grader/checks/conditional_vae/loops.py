"""Checks of `train_conditional_epoch` on a stand-in model whose every number is known."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import losses, probes
from grader.checks.conditional_vae.losses import Pair
from grader.checks.conditional_vae.orders import assert_orders, assert_own_labels
from grader.checks.kit import epochs
from grader.checks.kit.contracts import (
    assert_float,
    assert_marks_kept,
    assert_mode_met,
    assert_modes_kept,
    fail_without_steps,
)
from grader.checks.kit.epochs import Weights
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.oracles import Suspects
from grader.checks.kit.vocabulary import assert_matches, expect, fail

SIZES, PIXELS, LATENTS, CLASSES = (5, 5, 2), 7, 3, 4
RATE = 0.05


def _given(draw: Any) -> tuple[Weights, list[Pair]]:
    """Weights of the stand-in, whose codes are their means, and batches of which the last is smaller."""
    rows = PIXELS + CLASSES
    weights = {"m": draw(rows, LATENTS) / 2, "v": draw(rows, LATENTS) / 2, "k": draw(CLASSES, PIXELS)}
    weights |= {"u": draw(LATENTS, PIXELS) / 2, "cv": torch.full((LATENTS,), epochs.NARROW)}
    return weights, [(draw.uniform(size, PIXELS), draw.integers(0, CLASSES, size)) for size in SIZES]


def _given_wide(draw: Any) -> tuple[Weights, list[Pair]]:
    """The same where codes have a width, and do not matter to the image."""
    weights, pairs = _given(draw)
    return weights | {"u": torch.zeros(LATENTS, PIXELS), "cv": torch.zeros(LATENTS)}, pairs


def _run(student: Any, weights: Weights, pairs: list[Pair], **options: Any) -> Any:
    seen = student.run(probes.conditional_epoch, weights, pairs, **{"learning_rate": RATE} | options)
    assert_orders(seen, CLASSES, "`train_conditional_epoch`")
    if "refused" in seen:
        shape = tuple(seen["refused"])
        fail(
            f"`backward()` wants a single number, but your loss is a tensor of shape {shape}.",
            "elbo-not-averaged" if shape in {(size,) for size in SIZES} else None,
        )
    return seen


@confirmed
def assert_value(student: Any, draw: Any) -> None:
    """The mean loss per image of weights that stay as they are."""
    for make_given in (_given_wide, _given):

        def make(make_given: Any = make_given) -> Any:
            given = make_given(draw)
            return given, *epochs.epoch_values(losses.all_losses(*given))

        given, expected, suspects = told_apart(make)
        seen = _run(student, *given, learning_rate=0.0)
        value = assert_float(seen["value"], "the loss")
        if abs(value - expected) > 1e-4 * abs(expected):
            _assert_right_losses(seen, *given)
        assert_matches(value, expected, what="the loss per image", suspects=suspects)


def _assert_right_losses(seen: Any, weights: Weights, pairs: list[Pair]) -> None:
    """What `backward` was called for, of weights that stay, is the negative ELBO of each batch under its own labels.

    For failures only: whoever adds up gradients in another way has other losses, and may be right.
    """
    assert_own_labels(seen["orders"], pairs)
    met = seen["losses"]
    if len(met) != len(pairs) or any(loss.numel() != 1 for loss in met):
        return
    right = torch.stack([of_images.mean() for of_images in losses.all_losses(weights, pairs)])
    suspects = losses.batch_suspects(weights, pairs)
    assert_matches(
        torch.stack([loss.reshape(()) for loss in met]), right, what="the losses of the batches", suspects=suspects
    )


@confirmed
def assert_losses_on_the_way(student: Any, draw: Any) -> None:
    """The losses that are averaged are those before each step."""

    def make() -> Any:
        given = _given(draw)
        after, met = losses.sgd(*given, RATE)
        expected, suspects = epochs.epoch_values(met)
        at_the_end, _ = epochs.epoch_values(losses.all_losses(after, given[1]))
        unmoved, _ = epochs.epoch_values(losses.all_losses(*given))
        _, met_later = losses.sgd(*given, RATE, "epoch-loss-after-training")
        later = [at_the_end, epochs.epoch_values(met_later)[0]]
        return given, expected, suspects | {"epoch-loss-after-training": later, "": unmoved}

    (weights, pairs), expected, suspects = told_apart(make)
    value = assert_float(_run(student, weights, pairs)["value"], "the loss")
    assert_matches(value, expected, what="the loss per image", suspects=suspects)


def assert_steps(student: Any, draw: Any) -> None:
    """The weights after the epoch are those of one step of gradient descent for each batch."""
    weights, pairs = _given(draw)
    seen = _run(student, weights, pairs)
    end, expected = (_joined(of) for of in (seen["weights"], losses.sgd(weights, pairs, RATE)[0]))
    if torch.equal(end, _joined(weights)):
        fail_without_steps(seen)
    if not torch.allclose(end, expected, rtol=1e-4, atol=1e-5):
        wide = _given_wide(draw)
        _assert_right_losses(_run(student, *wide, learning_rate=0.0), *wide)
    mistakes = ("zero-grad-missing", "one-step-per-epoch", "step-before-backward", "short-batch-left-out")

    def suspects() -> Suspects:
        wrong: Suspects = {name: _joined(losses.sgd(weights, pairs, RATE, name)[0]) for name in mistakes}
        if seen["losses"]:  # those are right, so what is missing from the steps was cut off from its gradients
            first = _run(student, weights, pairs[:1])["weights"]
            clipped = epochs.descend_clipped(weights, pairs, losses.losses_of, RATE, first)
            wrong["gradients-clipped"] = [_joined(one) for one in clipped]
            wrong["graph-cut"] = [_joined(cut) for cut in losses.cut_sgd(weights, pairs, RATE)]
        return wrong

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
