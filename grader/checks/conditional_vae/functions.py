"""Checks of the functions that use a CVAE, on a stand-in whose every number is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import probes
from grader.checks.conditional_vae.networks import CLASSES, one_hot
from grader.checks.kit.contracts import assert_modes_kept
from grader.checks.kit.sampling import correlated, deviates_from_normal
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, describe, expect, fail
from grader.failures import CheckFailure

PIXELS = 12
MANY = 6000


@dataclass(frozen=True)
class StandIn:
    """The weights of the stand-in, and what it gives: [x c] m, [x c] v and sigmoid([z c] w), all in float64."""

    weights: dict[str, Tensor]
    latents: int
    classes: int

    @classmethod
    def drawn(cls, draw: Any, latents: int = 3, classes: int = 4) -> StandIn:
        w = torch.cat([torch.linalg.qr(draw(PIXELS, latents))[0].T * 0.9, draw(classes, PIXELS) * 0.8])
        weights = {"m": draw(PIXELS + classes, latents), "v": draw(PIXELS + classes, latents) / 3, "w": w}
        return cls(weights, latents, classes)

    def codes(self, x: Tensor, c: Tensor, head: str = "m") -> Tensor:
        return torch.cat([x, c], 1).double() @ self.weights[head].double()

    def images(self, z: Tensor, c: Tensor) -> Tensor:
        return torch.sigmoid(torch.cat([z.double(), c.double()], 1) @ self.weights["w"].double())

    def one_hot(self, labels: Tensor) -> Tensor:
        return one_hot(labels, self.classes)

    def codes_behind(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The codes (K, B, L) that give these images under each class, the last without one, and the misfits (K, B)."""
        logits = images.double().clamp(1e-9, 1 - 1e-9).logit()
        w = self.weights["w"].double()
        templates = torch.cat([w[self.latents :], torch.zeros(1, PIXELS)])
        rest = logits - templates[:, None]
        codes = rest @ torch.linalg.pinv(w[: self.latents])
        return codes, (rest - codes @ w[: self.latents]).abs().amax(2)


def run(student: Any, model: StandIn, function: str, *arguments: Any, **options: Any) -> list[Any]:
    """The results of `function(model, …)` with gradients enabled and disabled, after checking what it left behind."""
    settings = (model.weights, model.latents, model.classes)
    seen = student.run(probes.on_stand_in, function, *settings, list(arguments), **options)
    expect(
        not seen["not_one_hot"],
        "The model was given labels that are not one-hot: it needs rows of shape (B, num_classes).",
        "label-not-one-hot",
    )
    given = [*arguments, *(tensor for pair in options.get("batches") or [] for tensor in pair)]
    for after in seen["arguments"]:
        same = [torch.equal(a, b) if isinstance(a, Tensor) else a == b for a, b in zip(given, after, strict=True)]
        expect(all(same), f"`{function}` changes the tensors that it is given.", "arguments-changed-in-place")
    for before, after in seen["modes"]:
        assert_modes_kept(before[:2], after[:2], f"`{function}`")
        expect(before[2:] == after[2:], f"`{function}` changes the model's train/eval mode.", "mode-not-restored")
    expect(not seen["model_changed"], f"`{function}` changes the weights of the model.")
    results: list[Any] = seen["results"]
    return results


def assert_any_classes(student: Any, function: str, draw: Any, latents: int, call: Any) -> None:
    """The function works for a number of classes other than ten; names the mistake when it works for ten only.

    `call(model)` runs it on a stand-in.
    """
    try:
        call(StandIn.drawn(draw, latents, 4))
    except CheckFailure as failure:
        if failure.misconception:
            raise
        try:
            call(StandIn.drawn(draw, latents, CLASSES))
        except CheckFailure:
            raise failure from None
        fail(
            f"`{function}` works for models with ten classes only: ask the model for its `num_classes`.",
            "sizes-hard-coded",
        )


def assert_images(images: Any, rows: int) -> Tensor:
    """Images (rows, PIXELS) without a graph."""
    expect(
        not (isinstance(images, Tensor) and images.requires_grad),
        "The images carry a graph: nobody will train on them, and the graph keeps memory. Use `torch.no_grad()`.",
        "sample-with-graph",
    )
    return assert_tensor(images, (rows, PIXELS), "the images")


# generate -------------------------------------------------------------------------------------------------------------


def generated(student: Any, draw: Any, count: int) -> tuple[StandIn, Tensor, Tensor]:
    """A stand-in, random labels, and the images that `generate` makes for them."""
    model = StandIn.drawn(draw)
    labels = draw.integers(0, model.classes, count)
    return model, labels, assert_images(run(student, model, "generate", labels)[0], count)


def assert_classes_as_ordered(student: Any, draw: Any) -> None:
    """Image i is decoded under labels[i]."""
    model, labels, images = generated(student, draw, 200)
    expect(
        not ((images == 0) | (images == 1)).all(),
        "Generated images are pixel means, the decoder's x_hat: no coins are to be tossed for single pixels.",
        "pixels-drawn-not-means",
    )
    _, misfits = model.codes_behind(images)
    made = misfits.argmin(0)
    fits = misfits.amin(0) < 1e-3
    if fits.all() and torch.equal(made, labels):
        return
    no_label = fits.all() and (made == model.classes).all()
    expect(not no_label, "The decoder was given no class at all: all its labels are 0.", "label-ignored")
    if fits.all() and torch.equal(made.sort().values, labels.sort().values):
        fail("The classes were made in another order than they were asked for.", "labels-reordered")
    if fits.all():
        wrong = int((made != labels).sum())
        fail(f"{wrong} of {len(labels)} images are of another class than was asked for.", "label-ignored")
    fail("The images are not what `model.decoder(z, c)` gives for any code under the class that was asked for.")


def assert_codes_from_prior(student: Any, draw: Any) -> None:
    """The codes behind the images are independent draws from N(0, I)."""
    model, labels, images = generated(student, draw, MANY)
    codes, misfits = model.codes_behind(images)
    rows = torch.arange(MANY)
    expect(
        bool((misfits[labels, rows] < 1e-2).all()),
        "The images are not what `model.decoder(z, c)` gives for codes under the class that was asked for.",
    )
    z = codes[labels, rows]
    if z.std(0).max() < 1e-4:
        at_zero = z.abs().max() < 1e-4
        fail(
            "Every image of a class is the same: " + ("z is 0 for all." if at_zero else "all share one code."),
            "code-at-zero" if at_zero else "sample-one-code",
        )
    by_class = torch.stack([z[labels == k].std(0).max() for k in range(model.classes)])
    expect(by_class.min() > 1e-4, "All images of a class share one code: each needs its own z.", "sample-one-code")
    expect(
        not (z - z[:, :1]).abs().max() < 1e-4,
        "All latents of an image are the same number: every latent needs its own draw.",
        "noise-shared-across-latents",
    )
    wrong = deviates_from_normal(z, torch.zeros(model.latents), torch.ones(model.latents))
    if wrong:
        uniform = z.min() > -0.01 and z.max() < 1.01 and (z.mean(0) - 0.5).abs().max() < 0.05
        fail(
            f"The codes are not draws from N(0, I): their {wrong} is another.\n"
            f"mean {z.mean():.3g}, standard deviation {z.std():.3g}, between {z.min():.3g} and {z.max():.3g}",
            "sample-code-uniform" if uniform else None,
        )
    expect(not correlated(z), "The codes of different images or latents depend on each other.")


def assert_generate_form(student: Any, draw: Any) -> None:
    """One image or many, without a graph, new ones in every call."""
    for count in (1, 3):
        _, _, images = generated(student, draw, count)
        expect(
            bool((images > 0).all() and (images < 1).all()),
            "Pixels should be what the decoder gave, between 0 and 1.",
        )
    model = StandIn.drawn(draw)
    labels = torch.full((5,), int(draw.integers(0, model.classes, 1)))
    one, other = run(student, model, "generate", labels)
    if torch.equal(one, other):
        vary = torch.pdist(assert_images(one, 5)).max() > 1e-5
        fail("Two calls of `generate` gave the same images.", "noise-seeded-inside" if vary else None)
    run(student, model, "generate", labels, training=False)


# style_grid -----------------------------------------------------------------------------------------------------------


def grid_of_codes(side: int, extent: float) -> Tensor:
    """The codes of a style grid, written out one by one."""
    step = 2 * extent / (side - 1)
    cells = [(-extent + column * step, extent - row * step) for row in range(side) for column in range(side)]
    return torch.tensor(cells, dtype=torch.float64)


def assert_style_grid(student: Any, draw: Any, side: int, extent: float, classes: int = 4) -> None:
    """The images are those of the grid's codes, in reading order, under the label."""
    model = StandIn.drawn(draw, latents=2, classes=classes)
    label = int(draw.integers(1, classes, 1))
    images = run(student, model, "style_grid", label, side, extent)[0]
    if isinstance(images, Tensor) and images.dim() == 3:
        fail(f"Expected shape {(side * side, PIXELS)}, one row for each image, got {tuple(images.shape)}.")
    images = assert_images(images, side * side)
    c = model.one_hot(torch.full((side * side,), label))
    codes = grid_of_codes(side, extent)
    z1, z2 = codes[:, :1], codes[:, 1:]
    open_end = torch.arange(side) * 2 * extent / side - extent
    inner = (torch.arange(side) + 0.5) * 2 * extent / side - extent

    def square(line: Tensor) -> Tensor:
        return torch.stack([line.repeat(side), line.flip(0).repeat_interleave(side)], 1)

    quantiles = torch.special.ndtri(torch.linspace(0.05, 0.95, side))
    others = [k for k in range(classes) if k != label]
    suspects = {
        "grid-upside-down": model.images(torch.cat([z1, -z2], 1), c),
        "grid-transposed": [
            model.images(torch.cat([z2, z1], 1), c),
            model.images(torch.cat([-z2, z1], 1), c),
            model.images(torch.cat([z2, -z1], 1), c),
            model.images(torch.cat([-z2, -z1], 1), c),
        ],
        "grid-mirrored": [model.images(torch.cat([-z1, s * z2], 1), c) for s in (1, -1)],
        "grid-ends-missing": [
            model.images(square(line), c) for line in (open_end, inner, -open_end.flip(0), quantiles)
        ],
        "grid-half-extent": model.images(codes / 2, c),
        "grid-not-centred": [model.images(codes / 2 + torch.tensor([extent / 2, s * extent / 2]), c) for s in (1, -1)],
        "code-at-zero": model.images(0 * codes, c),
        "label-ignored": [
            model.images(codes, 0 * c),
            *(model.images(codes, model.one_hot(torch.full((len(codes),), k))) for k in others),
        ],
    }
    assert_matches(images, model.images(codes, c), what="the images", suspects=suspects, atol=1e-4)


# swap_label -----------------------------------------------------------------------------------------------------------


def assert_swap(student: Any, model: StandIn, draw: Any, rows: int) -> None:
    """Encoded under y, decoded from the mean under new_y."""
    x, y = draw.uniform(rows, PIXELS), draw.integers(0, model.classes, rows)
    new_y = (y + 1 + draw.integers(0, model.classes - 1, rows)) % model.classes
    results = run(student, model, "swap_label", x, y, new_y)
    images, again = (assert_images(result, rows) for result in results)
    expect(
        torch.allclose(images, again, atol=1e-5),
        "Two calls gave different images: decode the posterior's mean, not a draw.",
        "sampled-instead-of-mean",
    )
    c, new_c = model.one_hot(y), model.one_hot(new_y)
    mu = model.codes(x, c)
    suspects = {
        "label-not-swapped": model.images(mu, c),
        "encoded-under-new-label": model.images(model.codes(x, new_c), new_c),
        "labels-exchanged": model.images(model.codes(x, new_c), c),
        "label-ignored": [model.images(mu, 0 * c), model.images(model.codes(x, 0 * c), new_c)],
        "code-at-zero": model.images(0 * mu, new_c),
        "log-var-as-code": model.images(model.codes(x, c, "v"), new_c),
        "labels-mixed": model.images(mu, (c + new_c) / 2),
    }
    assert_matches(images, model.images(mu, new_c), what="the images", suspects=suspects, atol=1e-4)


# latent_codes ---------------------------------------------------------------------------------------------------------


def batches_of(draw: Any, model: StandIn, sizes: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
    """Batches (x, y) for a stand-in."""
    return [(draw.uniform(size, PIXELS), draw.integers(0, model.classes, size)) for size in sizes]


def assert_codes(student: Any, model: StandIn, draw: Any, sizes: tuple[int, ...]) -> None:
    """Posterior means and labels of all images, in order."""
    pairs = batches_of(draw, model, sizes)
    results = run(student, model, "latent_codes", batches=pairs)
    x, y = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    c = model.one_hot(y)
    mu = model.codes(x, c)
    suspects = {
        "log-var-as-code": model.codes(x, c, "v"),
        "label-ignored": model.codes(x, 0 * c),
        "codes-of-one-batch": [mu[-sizes[-1] :], mu[: sizes[0]]],
    }
    for position, result in enumerate(results):
        expect(
            isinstance(result, tuple) and len(result) == 2,
            f"Expected the codes and the labels, (mu, y), got {describe(result)}.",
        )
        codes, labels = result
        expect(
            not (isinstance(codes, Tensor) and codes.requires_grad),
            "The codes carry a graph, which keeps every batch's activations in memory. Use `torch.no_grad()`.",
            "codes-with-graph",
        )
        if position and isinstance(codes, Tensor) and not torch.equal(codes, results[0][0]):
            fail("Two calls gave different codes: they are posterior means, not draws.", "sampled-instead-of-mean")
        if position == 0 and _is_draw(codes, mu, results[1]):
            fail("The codes are draws: return the posterior means.", "sampled-instead-of-mean")
        assert_matches(codes, mu, what="the codes", suspects=suspects, atol=1e-4)
        _assert_labels(labels, y)


def _is_draw(codes: Any, mu: Tensor, second: Any) -> bool:
    other = second[0] if isinstance(second, tuple) and second else None
    if not isinstance(codes, Tensor) or not isinstance(other, Tensor):
        return False
    return codes.shape == other.shape == mu.shape and not torch.equal(codes, other)


def _assert_labels(labels: Any, y: Tensor) -> None:
    if isinstance(labels, Tensor) and labels.dim() == 2:
        fail(f"Expected the labels as int64 of shape {tuple(y.shape)}, got one-hot rows.", "labels-returned-one-hot")
    if not isinstance(labels, Tensor) or labels.dtype != torch.int64 or labels.shape != y.shape:
        fail(f"Expected the labels as int64 of shape {tuple(y.shape)}, got {describe(labels)}.")
    expect(torch.equal(labels, y), "The labels are not those of the batches, in their order.")
