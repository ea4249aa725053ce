"""Checks of `latent_codes`, on a stand-in whose every number is known."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import oracles
from grader.checks.conditional_vae.functions import assert_any_classes, run, run_left_alone
from grader.checks.conditional_vae.oracles import PIXELS, StandIn
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail


def assert_codes(student: Any, draw: Any) -> None:
    """Several batches, the last one smaller."""
    _assert_codes_of(student, StandIn.drawn(draw), draw, (5, 5, 2))


def assert_codes_of_any_batches(student: Any, draw: Any) -> None:
    """One batch, and batches of one image; other latents too."""
    for sizes, latents in (((3,), 2), ((1, 1, 1), 1)):
        _assert_codes_of(student, StandIn.drawn(draw, latents=latents), draw, sizes)


def assert_latent_codes_unchanged(student: Any, draw: Any) -> None:
    """Batches, modes and the model are left alone in both modes of the model."""
    model = StandIn.drawn(draw)
    pairs = _batches_of(draw, model, (3, 2))
    for training in (True, False):
        run_left_alone(student, model, "latent_codes", batches=pairs, training=training)


def assert_latent_codes_any_classes(student: Any, draw: Any) -> None:
    """`latent_codes` asks the model for its number of classes."""
    assert_any_classes(student, "latent_codes", draw, 3, lambda model: _assert_codes_of(student, model, draw, (3,)))


def _batches_of(draw: Any, model: StandIn, sizes: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
    """Batches (x, y) for a stand-in."""
    return [(draw.uniform(size, PIXELS), draw.integers(0, model.classes, size)) for size in sizes]


def _assert_codes_of(student: Any, model: StandIn, draw: Any, sizes: tuple[int, ...]) -> None:
    """Posterior means and labels of all images, in order."""
    pairs = _batches_of(draw, model, sizes)
    results = run(student, model, "latent_codes", batches=pairs)
    x, y = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    c = model.one_hot(y)
    mu = model.codes(x, c)
    suspects = oracles.code_suspects(model, x, c, sizes)
    for position, result in enumerate(results):
        expect(
            isinstance(result, tuple) and len(result) == 2,
            f"Expected the codes and the labels, (mu, y), got {describe(result)}.",
        )
        codes, labels = result
        if position and isinstance(codes, Tensor) and not torch.equal(codes, results[0][0]):
            fail("Two calls gave different codes: they are posterior means, not draws.", "sampled-instead-of-mean")
        if position == 0 and _is_draw(codes, mu, results[1]):
            fail("The codes are draws: return the posterior means.", "sampled-instead-of-mean")
        if position == 0:
            _assert_in_order(codes, mu, sizes)
        assert_matches(codes, mu, what="the codes", suspects=suspects, atol=1e-4)
        turned = torch.cat(list(y.split(list(sizes)))[::-1])  # the order of every second pass
        again = isinstance(labels, Tensor) and torch.equal(labels, turned) and not torch.equal(labels, y)
        expect(not again, "The codes are those of one pass, the labels those of another.", "runs-through-twice")
        _assert_labels(labels, y)


def _assert_in_order(codes: Any, mu: Tensor, sizes: tuple[int, ...]) -> None:
    """The codes are not those of all images in another order; but whoever goes twice through batches has these turned.

    mu: the right codes, of batches of these sizes.
    """
    if not isinstance(codes, Tensor) or codes.shape != mu.shape or not codes.isfinite().all():
        return
    order = torch.cdist(codes.double(), mu).argmin(1)
    found = torch.equal(order.sort().values, torch.arange(len(mu))) and torch.allclose(codes.double(), mu[order], 1e-4)
    turned = torch.cat(torch.arange(len(mu)).split(list(sizes))[::-1])
    expect(
        not found or any(torch.equal(order, known) for known in (torch.arange(len(mu)), turned)),
        f"All codes are there, but in another order: row {int((order != torch.arange(len(mu))).int().argmax())} is "
        "not that of its image.",
        "codes-reordered",
    )


def _is_draw(codes: Any, mu: Tensor, second: Any) -> bool:
    other = second[0] if isinstance(second, tuple) and second else None
    if not isinstance(codes, Tensor) or not isinstance(other, Tensor):
        return False
    return codes.shape == other.shape == mu.shape and not torch.equal(codes, other)


def _assert_labels(labels: Any, y: Tensor) -> None:
    if isinstance(labels, Tensor) and labels.dim() == 2:
        one_hot = labels.shape[1] > 1
        what = "one-hot rows" if one_hot else describe(labels)
        message = f"Expected the labels as int64 of shape {tuple(y.shape)}, got {what}."
        fail(message, "labels-returned-one-hot" if one_hot else None)
    if not isinstance(labels, Tensor) or labels.dtype != torch.int64 or labels.shape != y.shape:
        right = isinstance(labels, Tensor) and labels.shape == y.shape and bool((labels == y).all())
        message = f"Expected the labels as int64 of shape {tuple(y.shape)}, got {describe(labels)}."
        fail(message, "result-of-another-dtype" if right else None)
    expect(torch.equal(labels, y), "The labels are not those of the batches, or not in the same order.")
