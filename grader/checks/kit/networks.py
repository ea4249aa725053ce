"""Checks of small networks by what they do: sizes, heads, hidden layer, independence, registered parameters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.contracts import assert_model_unchanged
from grader.checks.kit.slopes import assert_slopes, plain
from grader.checks.kit.vocabulary import assert_tensor, describe, expect, fail
from grader.failures import CheckFailure, NotChecked

PIXELS = 784
DEFAULTS = {"input_dim": PIXELS, "hidden_dim": 400, "latent_dim": 20, "output_dim": PIXELS, "num_classes": 10}
EXACT_LOGIT = 8
EQUAL_SIZE = 7
TRIES = 3  # a single random network may happen to have no active unit


@dataclass(frozen=True)
class NetworkSpec:
    """A class that the student writes, with small sizes (in the order of its arguments) to try it with."""

    name: str
    sizes: dict[str, int]

    @property
    def input_size(self) -> int:
        return next(iter(self.sizes.values()))

    @property
    def gives_pixels(self) -> bool:
        """Whether a sigmoid stands behind the last layer."""
        return "output_dim" in self.sizes

    def build(self, student: Any, gain: float = 1.5, **sizes: int) -> Any:
        """A network with generic weights, as a handle."""
        chosen = self.sizes | sizes
        return student.run(probes.network, self.name, chosen, gain, torch.full((2, self.input_size), 0.5))

    def outputs(
        self, student: Any, x: Tensor, gain: float = 1.5, *, times: int = TRIES, **sizes: int
    ) -> list[tuple[Tensor, ...]]:
        """What each of `times` networks with generic weights gives for x."""
        given = student.run(self.several, self.name, self.sizes | sizes, gain, times, x)
        return [plain(output) for output in given]

    @property
    def several(self) -> Callable[..., Any]:
        """The probe that makes such networks."""
        return probes.several


def assert_outputs(
    output: Any, shapes: Sequence[tuple[int, ...]], names: tuple[str, ...], who: str
) -> tuple[Tensor, ...]:
    """A tuple of tensors with these shapes (or the one tensor)."""
    values = output if isinstance(output, tuple | list) else (output,)
    if len(values) != len(shapes):
        raise CheckFailure(f"Expected {who} to return {', '.join(names)}; got {describe(output)}.", structural=True)
    return tuple(
        assert_tensor(value, shape, f"`{name}`") for value, shape, name in zip(values, shapes, names, strict=True)
    )


def assert_takes_sizes(
    student: Any, spec: NetworkSpec, x: Tensor, shapes: list[tuple[int, ...]], names: tuple[str, ...]
) -> None:
    """The sizes work by position and by keyword."""
    for sizes in (spec.sizes, list(spec.sizes.values())):
        try:
            output = student.run(probes.fresh, spec.name, sizes, x)
        except CheckFailure:
            if isinstance(sizes, list):
                assert_order_of_sizes(student, spec, shapes, x)
            _assert_sizes_used(student, spec)
            raise
        actual = shapes_of(output)
        if actual != shapes and isinstance(sizes, list):
            assert_order_of_sizes(student, spec, shapes, x)
        if actual != shapes and actual == _default_shapes(spec, len(x)):
            fail(f"`{spec.name}` ignores its sizes: its outputs have the shapes of the defaults.", "sizes-hard-coded")
        assert_sizes_passed_on(spec, actual, shapes)
        if actual != shapes and sorted(actual) == sorted(shapes):
            fail(f"`{spec.name}` should return {', '.join(names)}, in this order.", "outputs-in-wrong-order")
        assert_outputs(output, shapes, names, f"`{spec.name}`")


def assert_sizes_passed_on(
    spec: NetworkSpec, actual: Sequence[tuple[int, ...]], shapes: Sequence[tuple[int, ...]]
) -> None:
    """Names the mistake where some outputs have the right shapes and the others those of the defaults."""
    if len(actual) != len(shapes) or spec.sizes.get("input_dim") is None:
        return
    wrong = [(one, right) for one, right in zip(actual, shapes, strict=True) if one != right]
    defaults = all(
        any(right[1:] == (size,) and one == (*right[:1], DEFAULTS[name]) for name, size in spec.sizes.items())
        for one, right in wrong
        if right
    )
    expect(
        not wrong or not defaults or len(wrong) == len(shapes),
        f"`{spec.name}` gives outputs of the shapes {', '.join(map(str, actual))}: one of its parts has a size of the "
        "defaults, whatever it is asked for.",
        "sizes-hard-coded",
    )


def assert_order_of_sizes(student: Any, spec: NetworkSpec, shapes: list[tuple[int, ...]], *inputs: Tensor) -> None:
    """Names the mistake where a network that takes its sizes by name takes them without names in another order."""
    for order in itertools.permutations(spec.sizes):
        try:
            output = student.run(probes.fresh, spec.name, [spec.sizes[name] for name in order], *inputs)
        except CheckFailure:
            continue
        if shapes_of(output) == shapes and list(order) != list(spec.sizes):
            fail(
                f"`{spec.name}` takes its sizes in the order {', '.join(order)}, not {', '.join(spec.sizes)}: whoever "
                "calls it without names gets another network.",
                "sizes-in-another-order",
            )


def assert_defaults(
    student: Any, spec: NetworkSpec, x: Tensor, shapes: list[tuple[int, ...]], names: tuple[str, ...]
) -> None:
    """Without arguments the sizes are the course's."""
    assert_outputs(student.run(probes.fresh, spec.name, {}, x), shapes, names, f"`{spec.name}()`")
    assert_default_width(student, spec, x)


def assert_default_width(student: Any, spec: NetworkSpec, *inputs: Tensor) -> None:
    """Without arguments there are as many parameters as with the course's sizes."""
    written, default = (
        student.run(probes.fresh_parameter_count, spec.name, sizes, *inputs)
        for sizes in ({name: DEFAULTS[name] for name in spec.sizes}, {})
    )
    sizes = ", ".join(f"{name}={DEFAULTS[name]}" for name in spec.sizes)
    expect(
        written == default,
        f"`{spec.name}()` has {default:,} parameters, `{spec.name}({sizes})` has {written:,}: the defaults are others.",
    )


def assert_not_drawn(values: Tensor, again: Tensor | None = None) -> None:
    """Pixels are not all 0 or 1; that they are drawn is known when a second call gives others."""
    drawn = again is not None and not torch.equal(values, again)
    expect(
        not ((values.abs() < 1e-6) | ((values - 1).abs() < 1e-6)).all(),
        "All pixels are 0 or 1: return the probabilities themselves, without a toss or rounding.",
        "pixels-drawn-not-means" if drawn else None,
    )


def assert_hidden_layer(student: Any, spec: NetworkSpec, one: Tensor, other: Tensor) -> None:
    """Outputs do not vary linearly; with two hidden units they vary in two directions only, with nine in more."""
    assert_bends(student, spec, one, other)
    pixels = spec.gives_pixels
    thin = spec.outputs(student, one, 1.0, hidden_dim=2)
    narrow = max(directions(values, pixels=pixels) for values in thin)
    wide = max(directions(values, pixels=pixels) for values in spec.outputs(student, one))
    if not narrow <= 2 < wide:
        _confirm_affine(thin, pixels=pixels)
        counts = [student.run(probes.parameter_count, spec.build(student, hidden_dim=width)) for width in (2, 9)]
        fail(
            f"With hidden_dim=2 the outputs vary in {narrow} directions: each hidden unit adds one, so there should be "
            "2. The hidden layer has another width, something stands behind the last layer, or something gets past the "
            "hidden layer."
            if narrow > 2
            else f"With hidden_dim={spec.sizes['hidden_dim']} the outputs vary in {wide} directions, as if there were "
            f"{wide} hidden units: the others do not count.",
            "hidden-dim-ignored" if counts[0] == counts[1] else None,
        )
    for head in zip(*thin, strict=True):
        shifted = [_with_offset(affine((values,), pixels=pixels)) for values in head]
        expect(any(shifted), "An output is a linear function of the hidden units, not an affine one: it has no bias.")


def assert_bends(student: Any, spec: NetworkSpec, one: Tensor, other: Tensor) -> None:
    """The network is not linear."""
    expect(
        any(_bends(student, spec, one, other) for _ in range(TRIES)),
        "The network is linear: there is no nonlinearity after the hidden layer, so the layers collapse into one.",
        "nonlinearity-missing",
    )


def _confirm_affine(outputs: list[tuple[Tensor, ...]], *, pixels: bool) -> None:
    """NotChecked where a head bends its values to one sign: what lies before it cannot be counted then."""
    for head in zip(*outputs, strict=True):
        values = torch.cat([affine((one,), pixels=pixels) for one in head])
        if (values >= 0).all() or (values <= 0).all():
            raise NotChecked("Waits for an affine last layer: behind a nonlinearity hidden units cannot be counted.")


def _with_offset(matrix: Tensor) -> bool:
    """Whether rows (B, columns) lie in a plane that does not go through 0."""
    matrix = _moderate(matrix)
    return _rank(matrix) > _rank(matrix - matrix.mean(0))


def _bends(student: Any, spec: NetworkSpec, one: Tensor, other: Tensor) -> bool:
    """Whether the middle of two inputs gives something else than the middle of their outputs."""
    model = spec.build(student, 4.0)
    ends = student.run(probes.outputs, model, one, other, (one + other) / 2)
    first, second, middle = (affine(plain(output), pixels=spec.gives_pixels) for output in ends)
    exact = torch.maximum(first.abs(), second.abs()) < (EXACT_LOGIT if spec.gives_pixels else math.inf)
    expect(exact.any(), "The outputs get stuck at 0 and 1.")
    bend = ((first + second) / 2 - middle).abs()
    return bool(bend[exact].max() > 1e-2 * middle[exact].abs().max())


def assert_images_apart(student: Any, spec: NetworkSpec, x: Tensor) -> None:
    """Same input, same output, whatever else is in the batch; a batch of one works; the input is left alone."""
    model = spec.build(student)
    batches = student.run(probes.outputs, model, x, x, x[:2])
    whole, again, part = (assert_tensor(torch.cat(plain(value), dim=1), what="the outputs") for value in batches)
    assert_not_drawn(whole, again)
    expect(
        torch.allclose(whole, again, rtol=1e-4, atol=1e-6),
        "Two calls with the same input gave different outputs: the network must not draw random numbers.",
        "network-draws-noise",
    )
    expect(
        torch.allclose(whole[:2], part, rtol=1e-3, atol=1e-5),
        "The output for an image depends on the other images in its batch.",
        "images-mixed-in-batch",
    )
    student.run(probes.outputs, model, x[:1])
    assert_model_unchanged(student, model, "", x)


def assert_parameters(student: Any, spec: NetworkSpec, x: Tensor, weights: list[Tensor]) -> None:
    """`state_dict` holds everything the outputs depend on, and gradients of the outputs reach every parameter."""
    copied = student.run(probes.copied_weights, spec.name, spec.sizes, x)
    first, second, again = (assert_tensor(value, what="the outputs") for value in copied)
    expect(torch.allclose(first, again, rtol=1e-4, atol=1e-6), "Under one seed two calls give different outputs.")
    expect(
        torch.allclose(first, second, rtol=1e-4, atol=1e-6),
        "One network's `state_dict`, loaded into another, does not give the same outputs: some layers are not "
        "registered (assign them to `self`, and put lists of them into an `nn.ModuleList`).",
        "layers-not-registered",
    )
    assert_gradients(gradient_sizes(student, spec, x, weights))
    assert_slopes(student, [spec.build(student) for _ in range(2)], x, [x - x.roll(1, 0), x], weights)


def gradient_sizes(student: Any, spec: NetworkSpec, x: Tensor, weights: list[Tensor]) -> dict[str, float]:
    """The largest gradient of each parameter over a few networks, 0 where none ever reaches it."""
    largest: dict[str, float] = {}
    for _ in range(TRIES):
        for name, size in student.run(probes.gradient_sizes, spec.build(student), x, weights).items():
            largest[name] = max(largest.get(name, 0.0), size or 0.0)
    return largest


def assert_gradients(sizes: Mapping[str, float | None], misconception: str | None = None) -> None:
    """Every parameter has a gradient that is not 0."""
    expect(bool(sizes), "The network has no parameters that an optimizer could find.", "layers-not-registered")
    dead = [name for name, size in sizes.items() if not size]
    expect(not dead, f"No gradient reaches the parameters {', '.join(dead[:6])}.", misconception)


def _assert_sizes_used(student: Any, spec: NetworkSpec) -> None:
    """Says so when a network built for small inputs takes large ones, or works only where two sizes are equal."""
    for one, other in itertools.combinations(spec.sizes, 2):
        sizes = spec.sizes | {one: EQUAL_SIZE, other: EQUAL_SIZE}
        if _works(student, spec, sizes, next(iter(sizes.values()))):
            raise CheckFailure(
                f"`{spec.name}` works where {one} and {other} are equal, but not where they differ: one of them stands "
                "where the other belongs, or sizes are handed on in the wrong order.",
                structural=True,
            )
    default = {"Encoder": PIXELS, "Decoder": 20, "VAE": PIXELS}.get(spec.name, PIXELS)
    expect(
        not _works(student, spec, spec.sizes, default),
        f"`{spec.name}` built for inputs of {spec.input_size} numbers takes inputs of {default}: its sizes are "
        "hard-coded.",
        "sizes-hard-coded",
    )


def _works(student: Any, spec: NetworkSpec, sizes: dict[str, int], inputs: int) -> bool:
    """Whether a network of these sizes takes inputs of so many numbers."""
    try:
        student.run(probes.fresh, spec.name, sizes, torch.full((2, inputs), 0.5))
    except CheckFailure:
        return False
    return True


def _default_shapes(spec: NetworkSpec, rows: int) -> list[tuple[int, ...]]:
    pixels: list[tuple[int, ...]] = [(rows, PIXELS)]
    codes: list[tuple[int, ...]] = [(rows, 20), (rows, 20)]
    return {"Encoder": codes, "Decoder": pixels}.get(spec.name, pixels + codes)


def shapes_of(output: Any) -> list[tuple[int, ...]]:
    values = output if isinstance(output, tuple | list) else (output,)
    return [tuple(value.shape) for value in values if isinstance(value, Tensor)]


def affine(values: tuple[Tensor, ...], *, pixels: bool) -> Tensor:
    """The outputs as one matrix (B, columns), before the decoder's sigmoid if they are pixels, in float64.

    What lies outside of 0 and 1 has seen no sigmoid.
    """
    joined = torch.cat(values, dim=1).double()
    if not pixels or joined.min() < 0 or joined.max() > 1:
        return joined
    return joined.clamp(1e-7, 1 - 1e-7).logit()


def assert_part_width(part: str, outputs_for: Callable[[int], Any]) -> None:
    """A part of a model has `hidden_dim` hidden units; `outputs_for` gives its outputs for such a width."""
    pixels = part == "decoder"
    narrow = directions(plain(outputs_for(2)), pixels=pixels)
    wide = max(directions(plain(outputs_for(9)), pixels=pixels) for _ in range(TRIES))
    expect(
        narrow <= 2 < wide,
        f"With hidden_dim=2 the outputs of the model's `{part}` vary in {narrow} directions, with hidden_dim=9 in "
        f"{wide}: hand `hidden_dim` on to both parts.",
        "hidden-dim-ignored" if narrow > 2 else None,
    )


def directions(values: tuple[Tensor, ...], *, pixels: bool) -> int:
    """In how many directions the outputs vary over the batch."""
    matrix = affine(values, pixels=pixels)
    if pixels:
        matrix = _moderate(matrix)
    return _rank(matrix - matrix.mean(0))


def _moderate(logits: Tensor) -> Tensor:
    """The rows that float32 can tell apart behind a sigmoid; NotChecked where there is none."""
    kept = logits[logits.abs().amax(1) < EXACT_LOGIT]
    if not len(kept):
        raise NotChecked("Waits for pixels between 0 and 1: what lies before them cannot be counted otherwise.")
    return kept


def _rank(matrix: Tensor) -> int:
    sizes = torch.linalg.svdvals(matrix)
    return int((sizes > 1e-3 * sizes[0] + 1e-6).sum())
