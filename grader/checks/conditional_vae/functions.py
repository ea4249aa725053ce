"""Checks of the functions that use a CVAE, on a stand-in whose every number is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor

from grader.checks.conditional_vae import oracles, probes
from grader.checks.conditional_vae.networks import CLASSES
from grader.checks.conditional_vae.oracles import PIXELS, StandIn
from grader.checks.conditional_vae.orders import assert_orders
from grader.checks.kit.contracts import assert_marks_kept, assert_modes_kept
from grader.checks.kit.sampling import correlated, deviates_from_normal
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect, fail
from grader.failures import CheckFailure

MANY = 6000


def run(student: Any, model: StandIn, function: str, *arguments: Any, **options: Any) -> list[Any]:
    """The results of `function(model, …)` with gradients enabled and disabled."""
    results: list[Any] = _seen(student, model, function, *arguments, **options)["results"]
    return results


def _seen(student: Any, model: StandIn, function: str, *arguments: Any, **options: Any) -> dict[str, Any]:
    """What the probe saw of `function(model, …)`."""
    settings = (model.weights, model.latents, model.classes)
    seen: dict[str, Any] = student.run(probes.on_stand_in, function, *settings, list(arguments), **options)
    assert_orders(seen, model.classes, f"`{function}`")
    return seen


def run_left_alone(student: Any, model: StandIn, function: str, *arguments: Any, **options: Any) -> list[Any]:
    """The same, after a look at what the function left behind; and its results have no graph."""
    seen = _seen(student, model, function, *arguments, **options)
    given = [*arguments, *(tensor for pair in options.get("batches") or [] for tensor in pair)]
    for after in seen["arguments"]:
        same = [torch.equal(a, b) if isinstance(a, Tensor) else a == b for a, b in zip(given, after, strict=True)]
        expect(all(same), f"`{function}` changes the tensors that it is given.", "arguments-changed-in-place")
    for before, after in seen["modes"]:
        assert_modes_kept(before[:2], after[:2], f"`{function}`")
        expect(before[2:] == after[2:], f"`{function}` changes the model's train/eval mode.", "mode-not-restored")
    expect(not any(seen["model_changed"]), f"`{function}` changes the weights of the model.")
    assert_marks_kept(seen["lost"], f"`{function}`")
    for result in seen["results"]:
        _assert_no_graph(result)
    results: list[Any] = seen["results"]
    return results


def _assert_no_graph(result: Any) -> None:
    codes = isinstance(result, tuple)
    expect(
        not any(isinstance(value, Tensor) and value.requires_grad for value in (result if codes else (result,))),
        "The codes carry a graph, which keeps every batch's activations in memory. Use `torch.no_grad()`."
        if codes
        else "The images carry a graph: nobody trains on them, and the graph takes up memory. Use `torch.no_grad()`.",
        "codes-with-graph" if codes else "sample-with-graph",
    )


def assert_any_classes(student: Any, function: str, draw: Any, latents: int, call: Callable[[StandIn], object]) -> None:
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
            f"`{function}` works only for models with ten classes: ask the model for its `num_classes`.",
            "class-count-hard-coded",
        )


def _labels_below_the_last(draw: Any, count: int) -> Tensor:
    """Labels of four classes without the last one: rows as wide as these labels ask for are too short."""
    return cast(Tensor, draw.integers(1, 3, count))


def _assert_images(images: Any, rows: int) -> Tensor:
    """Images (rows, PIXELS)."""
    return assert_tensor(images, (rows, PIXELS), "the images")


# generate -------------------------------------------------------------------------------------------------------------


def _generated(student: Any, draw: Any, count: int) -> tuple[StandIn, Tensor, Tensor]:
    """A stand-in, random labels, and the images that `generate` makes for them."""
    model = StandIn.drawn(draw)
    labels = draw.integers(0, model.classes, count)
    return model, labels, _assert_images(run(student, model, "generate", labels)[0], count)


def assert_classes_as_ordered(student: Any, draw: Any) -> None:
    """Image i is decoded under labels[i]."""
    model, labels, images = _generated(student, draw, 200)
    expect(
        not ((images == 0) | (images == 1)).all(),
        "All pixels of the images are 0 or 1: return pixel means, the decoder's x_hat, and toss no coins.",
        "pixels-drawn-not-means",
    )
    _, misfits = model.codes_behind(images)
    made = misfits.argmin(0)
    fits = misfits.amin(0) < 1e-3
    if fits.all() and torch.equal(made, labels):
        return
    no_label = fits.all() and (made == model.classes).all()
    expect(not no_label, "The decoder was given no class at all: all its label rows are 0.", "label-ignored")
    if fits.all() and torch.equal(made.sort().values, labels.sort().values):
        fail("The classes come in a different order from the one asked for.", "labels-reordered")
    if fits.all():
        wrong = int((made != labels).sum())
        fail(
            f"{wrong} of {len(labels)} images are of a class other than the one asked for.",
            "one-label-for-all" if _follows_one_label(student, draw) else _unless_translated(made, labels),
        )
    fail("The images are not what `model.decoder(z, c)` gives for any code under the class that was asked for.")


def _follows_one_label(student: Any, draw: Any) -> bool:
    """Whether all images are of the class of the first label, or of the last, whatever that is."""
    places = {0, -1}
    for _ in range(6):
        model, labels, images = _generated(student, draw, 40)
        made = model.codes_behind(images)[1].argmin(0)
        places = {place for place in places if (made == labels[place]).all()}
    return bool(places)


def _unless_translated(made: Tensor, labels: Tensor) -> str | None:
    """No name where each label has a class of its own: then the label is used, if in a wrong way."""
    pairs = torch.stack([labels, made]).unique(dim=1)
    one_each = pairs.shape[1] == len(labels.unique())
    return None if one_each and len(made.unique()) > 1 else "label-ignored"


def assert_codes_from_prior(student: Any, draw: Any) -> None:
    """The codes behind the images are independent draws from N(0, I)."""
    model, labels, images = _generated(student, draw, MANY)
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
        scaled = deviates_from_normal(z, torch.zeros(model.latents), z.std().expand(model.latents)) is None
        fail(
            f"The codes are not draws from N(0, I): their {wrong} is wrong.\n"
            f"mean {z.mean():.3g}, standard deviation {z.std():.3g}, between {z.min():.3g} and {z.max():.3g}",
            "sample-code-uniform" if uniform else "sample-code-scaled" if scaled else None,
        )
    expect(not correlated(z), "The codes of different images or latents depend on each other.")


def assert_generate_form(student: Any, draw: Any) -> None:
    """One image or many, without a graph, new ones in every call."""
    for count in (1, 3):
        model, labels, images = _generated(student, draw, count)
        expect(
            bool((images > 0).all() and (images < 1).all()),
            "Pixels should be what the decoder gave, between 0 and 1.",
        )
        z = model.codes_behind(images)[0][labels, torch.arange(count)]
        alike = z.mean(dim=0).abs().max() < 1e-3 or (count > 1 and (z.std(dim=0) - 1).abs().max() < 1e-3)
        expect(
            not alike,
            f"The codes of {'one image are all 0' if count == 1 else f'{count} images are fitted to one another'}: "
            "each has to be drawn by itself, and not scaled by the others of its call.",
            "images-mixed-in-batch",
        )
    model = StandIn.drawn(draw)
    labels = torch.full((5,), int(draw.integers(0, model.classes, 1)))
    one, other = run_left_alone(student, model, "generate", labels)
    if torch.equal(one, other):
        vary = torch.pdist(_assert_images(one, 5)).max() > 1e-5
        fail("Two calls of `generate` gave the same images.", "noise-seeded-inside" if vary else None)
    run_left_alone(student, model, "generate", labels, training=False)


def assert_generate_any_classes(student: Any, draw: Any) -> None:
    """`generate` asks the model for its number of classes."""

    def call(model: StandIn) -> None:
        _assert_images(run(student, model, "generate", _labels_below_the_last(draw, 5))[0], 5)

    assert_any_classes(student, "generate", draw, 3, call)


# style_grid -----------------------------------------------------------------------------------------------------------


def assert_style_grid(student: Any, draw: Any, side: int, extent: float) -> None:
    """The images are those of the grid's codes, in reading order, under the label."""
    model = StandIn.drawn(draw, latents=2)
    label = int(draw.integers(1, model.classes, 1))
    images = run(student, model, "style_grid", label, side, extent)[0]
    if isinstance(images, Tensor) and images.dim() == 3:
        fail(f"Expected shape {(side * side, PIXELS)}, one row for each image, got {tuple(images.shape)}.")
    if isinstance(images, Tensor) and images.dim() == 2 and len(images) in ((side - 1) ** 2, (side + 1) ** 2):
        fail(
            f"Expected {side * side} images, {side} on each side, got {len(images)}: there is one code too "
            f"{'many' if len(images) > side * side else 'few'} on each side.",
            "grid-off-by-one",
        )
    images = _assert_images(images, side * side)
    c = model.one_hot(torch.full((side * side,), label))
    right = model.images(oracles.grid_of_codes(side, extent), c)
    suspects = oracles.grid_suspects(model, label, side, extent)
    try:
        assert_matches(images, right, what="the images", suspects=suspects, atol=1e-4)
    except CheckFailure as failure:
        name = failure.misconception or _fault_of_grid(model, images, label, side, extent)
        raise CheckFailure(failure.message, name, failure.structural) from None


def _fault_of_grid(model: StandIn, images: Tensor, label: int, side: int, extent: float) -> str | None:
    """What is wrong with a grid of codes: its direction, or its steps where both ends are right."""
    codes, misfits = model.codes_behind(images)
    across, down = codes[label].reshape(side, side, 2).unbind(2)
    grid = (across - across[:1]).abs().max() < 1e-3 and (down - down[:, :1]).abs().max() < 1e-3
    if misfits[label].max() > 1e-2 or not grid:
        return None
    steps = across[0].diff(), -down[:, 0].diff()
    if (steps[0] > 1e-3).all() and (steps[1] < -1e-3).all():
        return "grid-upside-down"
    if (steps[0] < -1e-3).all():
        return "grid-mirrored"
    ends = torch.stack([across[0, 0], -across[0, -1], -down[0, 0], down[-1, 0]])
    evenly = all(bool((step - step.mean()).abs().max() < 1e-2 * extent) for step in steps)
    return None if evenly or (ends + extent).abs().max() > 1e-2 * extent else "grid-ends-missing"


def assert_style_grid_modes(student: Any, draw: Any) -> None:
    """Modes and the model are left alone in both modes of the model."""
    model = StandIn.drawn(draw, latents=2)
    for training in (True, False):
        for images in run_left_alone(student, model, "style_grid", 2, 3, 1.0, training=training):
            _assert_images(images, 9)


def assert_style_grid_any_classes(student: Any, draw: Any) -> None:
    """`style_grid` asks the model for its number of classes."""

    def call(model: StandIn) -> None:
        _assert_images(run(student, model, "style_grid", 1, 3, 1.0)[0], 9)

    assert_any_classes(student, "style_grid", draw, 2, call)


# swap_label -----------------------------------------------------------------------------------------------------------


def assert_swap(student: Any, draw: Any) -> None:
    """Several images at once are encoded under y and decoded under new_y."""
    _assert_swap_of(student, StandIn.drawn(draw), draw, 7)


def assert_swap_of_one_image(student: Any, draw: Any) -> None:
    """A batch of one, time and again, with other latents and classes."""
    model = StandIn.drawn(draw, latents=2, classes=5)
    for _ in range(4):
        _assert_swap_of(student, model, draw, 1)


def assert_swap_unchanged(student: Any, draw: Any) -> None:
    """Arguments, modes and the model are left alone in both modes of the model."""
    model = StandIn.drawn(draw)
    arguments = (draw.uniform(3, PIXELS), *(draw.integers(0, 4, 3) for _ in range(2)))
    for training in (True, False):
        for images in run_left_alone(student, model, "swap_label", *arguments, training=training):
            _assert_images(images, 3)


def assert_swap_any_classes(student: Any, draw: Any) -> None:
    """`swap_label` asks the model for its number of classes."""

    def call(model: StandIn) -> None:
        x, y, new_y = draw.uniform(3, PIXELS), *(_labels_below_the_last(draw, 3) for _ in range(2))
        _assert_images(run(student, model, "swap_label", x, y, new_y)[0], 3)

    assert_any_classes(student, "swap_label", draw, 3, call)


def _assert_swap_of(student: Any, model: StandIn, draw: Any, rows: int) -> None:
    """Encoded under y, decoded from the mean under new_y."""
    x, y = draw.uniform(rows, PIXELS), draw.integers(0, model.classes, rows)
    new_y = (y + 1 + draw.integers(0, model.classes - 1, rows)) % model.classes
    new_y[rows - 1 :] = y[rows - 1 :] if rows > 1 else new_y  # the last one of several keeps its label
    results = run(student, model, "swap_label", x, y, new_y)
    images, again = (_assert_images(result, rows) for result in results)
    expect(
        torch.allclose(images, again, atol=1e-5),
        "Two calls gave different images: decode the posterior's mean, not a draw.",
        "sampled-instead-of-mean",
    )
    c, new_c = model.one_hot(y), model.one_hot(new_y)
    suspects = oracles.swap_suspects(model, x, c, new_c)
    right = model.images(model.codes(x, c), new_c)
    assert_matches(images, right, what="the images", suspects=suspects, atol=1e-4)
