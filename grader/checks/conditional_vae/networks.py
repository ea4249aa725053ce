"""Checks of conditional networks: sizes, hidden layer and heads as in `networks`, and what the label does to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import probes
from grader.checks.kit import networks
from grader.checks.kit.contracts import assert_model_unchanged
from grader.checks.kit.joins import name_join_along_batch
from grader.checks.kit.probes import copied_weights, fresh, gradient_sizes, outputs
from grader.checks.kit.slopes import assert_slopes, plain
from grader.checks.kit.vocabulary import assert_rows, assert_tensor, expect, fail
from grader.failures import CheckFailure

PIXELS, CLASSES = 784, 10
DRAWS, INFORMATIVE = 16, 6


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Labels (B,) as rows (B, classes) of a unit matrix."""
    return torch.eye(classes)[labels]


@dataclass(frozen=True)
class ConditionalSpec(networks.NetworkSpec):
    """A class that also sees the label; its last size is num_classes. Its one-input form takes rows [first c]."""

    @property
    def classes(self) -> int:
        return self.sizes["num_classes"]

    @property
    def label_id(self) -> str:
        """The misconception of a network that does not use its label."""
        return "label-missing-from-decoder" if self.gives_pixels else "label-missing-from-encoder"

    def build_pair(self, student: Any, gain: float = 1.5, **sizes: int) -> list[Any]:
        """A network with generic weights, and the same one as a function of joined rows: two handles."""
        chosen = self.sizes | sizes
        first, c = torch.full((2, self.input_size), 0.5), one_hot(torch.tensor([0, 1]), self.classes)
        try:
            pair: list[Any] = student.run(probes.network_pair, self.name, chosen, gain, first, c)
        except CheckFailure as failure:
            _explain_sizes(student, self, failure)
            raise
        return pair

    def build(self, student: Any, gain: float = 1.5, **sizes: int) -> Any:
        return self.build_pair(student, gain, **sizes)[1]

    @property
    def several(self) -> Callable[..., Any]:
        return probes.several_joined

    def join(self, first: Tensor, labels: Tensor) -> Tensor:
        """Rows [first c] for labels (B,)."""
        return torch.cat([first, one_hot(labels, self.classes)], dim=1)


def assert_takes_sizes(
    student: Any, spec: ConditionalSpec, first: Tensor, c: Tensor, shapes: list[tuple[int, ...]], names: tuple[str, ...]
) -> None:
    """The sizes work by keyword and by position."""
    order = f"`{spec.name}` takes its sizes by name, but not without names in the order {', '.join(spec.sizes)}."
    for sizes in (spec.sizes, list(spec.sizes.values())):
        by_position = isinstance(sizes, list)
        try:
            output = student.run(fresh, spec.name, sizes, first, c)
        except CheckFailure as failure:
            if by_position:
                networks.assert_order_of_sizes(student, spec, shapes, first, c)
            expect(not by_position, order)
            _explain_sizes(student, spec, failure)
            raise
        actual = networks.shapes_of(output)
        if actual != shapes and sorted(actual) == sorted(shapes):
            fail(f"`{spec.name}` should return {', '.join(names)}, in this order.", "outputs-in-wrong-order")
        if actual != shapes and by_position:
            networks.assert_order_of_sizes(student, spec, shapes, first, c)
            fail(order, "sizes-mixed-up")
        _explain_shapes(spec, actual, shapes)
        networks.assert_sizes_passed_on(spec, actual, shapes)
        networks.assert_outputs(output, shapes, names, f"`{spec.name}`")


def assert_defaults(
    student: Any, spec: ConditionalSpec, first: Tensor, shapes: list[tuple[int, ...]], names: tuple[str, ...]
) -> None:
    """Without arguments the sizes are the course's, with ten classes."""
    c = one_hot(torch.full((len(first),), CLASSES - 1), CLASSES)
    output = student.run(fresh, spec.name, {}, first, c)
    networks.assert_outputs(output, shapes, names, f"`{spec.name}()`")
    networks.assert_default_width(student, spec, first, c)


def assert_label_used(student: Any, spec: ConditionalSpec, first: Tensor, what: str) -> None:
    """Under some weights, some input tells any two classes apart, and some class any two inputs.

    Each batch holds one class only, and weights are drawn several times: single units may be dead.
    """
    draws = [
        student.run(outputs, spec.build(student), *[_of_class(spec, first, k) for k in range(spec.classes)])
        for _ in range(4)
    ]
    rows = torch.stack([torch.stack([torch.cat(_values(o), 1).detach().double() for o in draw]) for draw in draws])
    assert_rows(rows[0, 0], len(first), f"{what}s")
    between_classes = torch.cdist(rows.transpose(1, 2), rows.transpose(1, 2)).amax((0, 1))
    between_inputs = torch.cdist(rows, rows).amax((0, 1))
    if between_classes.max() < 1e-5:
        mixed = spec.join(first[:1].expand(spec.classes, -1), torch.arange(spec.classes))
        (together,) = student.run(outputs, spec.build(student), mixed)
        same = torch.cat(_values(together), 1).std(0).max() < 1e-5  # it may differ where the batch has several classes
        fail(
            f"The label has no effect: every class gives the same {what}."
            if same
            else f"In a batch of one class the {what} is the same whatever the class is: rows influence one another.",
            spec.label_id if same and not _label_read(student, spec, first) else None,
        )
    expect(
        _off_diagonal(between_classes).min() > 1e-5,
        f"Some classes cannot be told apart: they always give the same {what}.",
    )
    for number, name in enumerate(("x_hat",) if spec.gives_pixels else ("mu", "log_var")):
        said = torch.stack([torch.stack([_values(o)[number].detach() for o in draw]) for draw in draws]).double()
        expect(
            (said - said[:, :1]).abs().max() > 1e-5,
            f"The label has no effect on `{name}`, only on the other output.",
            "label-in-one-head-only",
        )
    expect(
        _off_diagonal(between_inputs).min() > 1e-5,
        f"Different inputs of one class give the same {what}: only the label is used.",
        "only-label-used",
    )


def _label_read(student: Any, spec: ConditionalSpec, first: Tensor) -> bool:
    """Whether c reaches the output although every class gives the same: rows that are not one-hot give others."""
    rows = [torch.cat([first, torch.full((len(first), spec.classes), value)], dim=1) for value in (0.0, 1.0)]
    for _ in range(networks.TRIES):
        try:
            none, all_of_them = student.run(outputs, spec.build(student), *rows)
        except CheckFailure:
            return True
        if not torch.allclose(torch.cat(_values(none), 1), torch.cat(_values(all_of_them), 1), atol=1e-5):
            return True
    return False


def assert_kinds_not_amounts(student: Any, spec: ConditionalSpec, first: Tensor) -> None:
    """With one hidden unit, outputs are not in the order of the class numbers for every set of weights.

    A network that reads the class as a number k sends w·k + … through that unit, so that its outputs rise or fall
    with k whatever the weights are. With one-hot labels each class has a weight of its own, and the order is arbitrary.
    """
    sizes = spec.sizes | {"hidden_dim": 1}
    answers = student.run(probes.answers_by_class, spec.name, sizes, first, DRAWS)
    values = assert_tensor(answers, what="the outputs")[..., 0].transpose(1, 2)  # (draws, B, classes)
    steps = values.diff(dim=2)
    tolerance = 1e-6 * values.abs().amax()
    rising, falling = (steps >= -tolerance).all(2), (steps <= tolerance).all(2)
    several = (steps.abs() > 1e-4 * values.abs().amax()).sum(2) >= 3
    informative = several.any(1)
    ordered = ((rising | falling) | ~several).all(1)
    expect(
        informative.sum() < INFORMATIVE or not ordered[informative].all(),
        "The class is used as an amount: outputs rise or fall with its number, whatever the weights. "
        "Every class needs a weight of its own: use the one-hot row as it is.",
        "label-as-number",
    )


def assert_rows_apart(student: Any, spec: ConditionalSpec, first: Tensor, labels: Tensor) -> None:
    """Each row is treated by itself, with its own label; arguments and modes are left alone."""
    model, joined = spec.build_pair(student)
    rows = spec.join(first, labels)
    batches = student.run(outputs, joined, rows, rows, rows[:2], rows.flip(0))
    joint = (torch.cat(_values(value), dim=1) for value in batches)
    whole, again, part, flipped = (assert_tensor(value, what="the outputs") for value in joint)
    expect(
        torch.equal(whole, again),
        "Two calls with the same input gave different outputs: the network must not draw random numbers.",
        "network-draws-noise",
    )
    of_one_label = [spec.join(first, labels[row].expand(len(labels))) for row in (0, -1)]
    under_one = [torch.cat(_values(value), dim=1) for value in student.run(outputs, joined, *of_one_label)]
    mixed = (
        "The output for one row depends on the other rows of its batch, or on their labels.",
        "one-label-for-all"
        if any(torch.allclose(whole, one, rtol=1e-3, atol=1e-5) for one in under_one)
        else "images-mixed-in-batch",
    )
    alone = torch.allclose(whole[:2], part, rtol=1e-3, atol=1e-5)
    expect(alone and torch.allclose(flipped.flip(0), whole, rtol=1e-3, atol=1e-5), *mixed)
    (of_one,) = student.run(outputs, joined, rows[:1])
    single = assert_tensor(torch.cat(_values(of_one), dim=1), what="the outputs for one row")
    expect(torch.allclose(single, whole[:1], 1e-3, 1e-5), *mixed)
    assert_model_unchanged(student, model, "", first, one_hot(labels, spec.classes))


def assert_parameters(
    student: Any, spec: ConditionalSpec, first: Tensor, labels: Tensor, weights: list[Tensor]
) -> None:
    """`state_dict` holds everything the outputs depend on, and gradients of the outputs reach every parameter."""
    c = one_hot(labels, spec.classes)
    copied = student.run(copied_weights, spec.name, spec.sizes, first, c)
    one, other, again = (assert_tensor(value, what="the outputs") for value in copied)
    expect(torch.equal(one, again), "Under one seed two calls give different outputs.")
    expect(
        torch.equal(one, other),
        "One network's `state_dict`, loaded into another, does not give the same outputs: some layers are not "
        "registered (assign them to `self`, and put lists of them into an `nn.ModuleList`).",
        "layers-not-registered",
    )
    joined = spec.build(student)
    sizes = student.run(gradient_sizes, joined, spec.join(first, labels), weights)
    networks.assert_gradients({name.removeprefix("network."): size for name, size in sizes.items()})
    rows, models = spec.join(first, labels), [spec.build(student) for _ in range(2)]
    of_first, of_label = (columns.to(rows.dtype) for columns in _columns(spec, first))
    between = rows - rows.roll(1, 0)
    assert_slopes(student, models, rows, [between * of_first, rows * of_first], weights)
    index = "A small change of c changes nothing: c is not used, or it is turned into an index on the way."
    assert_slopes(student, models, rows, [between * of_label], weights, index)


def assert_both_heard(student: Any, spec: ConditionalSpec, first: Tensor, labels: Tensor) -> None:
    """The label changes the output, and so does the other input: else nothing can be said about the hidden layer."""
    changes = torch.zeros(2)
    for _ in range(networks.TRIES):
        joined = spec.build(student)
        given = [spec.join(first, labels), spec.join(first, labels.roll(1)), spec.join(first.roll(1, 0), labels)]
        said, *others = [torch.cat(plain(answer), dim=1) for answer in student.run(outputs, joined, *given)]
        changes = torch.maximum(changes, torch.stack([(said - other).abs().max() for other in others]).to(changes))
    for change, name in zip(changes, ("the label", "the code" if spec.gives_pixels else "the image"), strict=True):
        expect(change > 1e-5, f"A hidden layer that sees both could not be found: {name} changes nothing.")


def assert_label_in_hidden_layer(student: Any, spec: ConditionalSpec, first: Tensor, labels: Tensor) -> None:
    """What a label changes depends on the input: it goes into the hidden layer, and is not only added behind it."""
    mixed = torch.zeros(())
    for _ in range(networks.TRIES):
        joined = spec.build(student, 4.0)
        others = (labels + 1) % spec.classes
        corners = [spec.join(x, y) for x in (first, first.roll(1, 0)) for y in (labels, others)]
        answers = student.run(outputs, joined, *corners)
        said = torch.stack([networks.affine(plain(answer), pixels=spec.gives_pixels) for answer in answers])
        second = said[0] - said[1] - said[2] + said[3]
        if spec.gives_pixels:  # float32 cannot tell large logits apart
            second = second.masked_fill(said.abs().amax(0) > networks.EXACT_LOGIT, 0.0)
        mixed = torch.maximum(mixed, second.abs().max() / said.abs().max())
    expect(
        mixed > 1e-3,
        "A label changes the output by the same amount for every input: it is only added behind the hidden layer, "
        "which never sees it.",
        "label-after-hidden-layer",
    )


def _explain_shapes(spec: ConditionalSpec, actual: list[tuple[int, ...]], shapes: list[tuple[int, ...]]) -> None:
    """Names the mistake where the outputs have the shapes that two exchanged sizes give.

    Not for the input's size, which whatever hands on its input has.
    """
    for one, other in itertools.combinations(list(spec.sizes)[1:], 2):
        places = {spec.sizes[one]: spec.sizes[other], spec.sizes[other]: spec.sizes[one]}
        exchanged = [(shape[0], *(places.get(size, size) for size in shape[1:])) for shape in shapes]
        if actual == exchanged != shapes:
            fail(f"The outputs have the shapes of {one} and {other} exchanged: {actual}.", "sizes-mixed-up")


def _explain_sizes(student: Any, spec: ConditionalSpec, failure: CheckFailure) -> None:
    """Names the mistake where a network cannot be called that has been built with its sizes."""

    def works(sizes: Mapping[str, int], width: int | None = None) -> bool:
        first = torch.full((2, next(iter(sizes.values())) if width is None else width), 0.5)
        try:
            student.run(fresh, spec.name, dict(sizes), first, one_hot(torch.tensor([0, 1]), sizes["num_classes"]))
        except CheckFailure:
            return False
        return True

    sizes, given, joined = spec.sizes, spec.input_size, spec.input_size + spec.classes
    if works(sizes):
        return
    name_join_along_batch(failure, given, spec.classes)
    if spec.name != "CVAE" and works(sizes, joined):
        fail(
            f"The first layer of `{spec.name}` wants {joined} numbers, {spec.classes} of them the label's, and gets "
            f"{given}: `forward` does not join the two.",
            spec.label_id,
        )
    if works({name: networks.DEFAULTS[name] for name in sizes}):
        shown = ", ".join(f"{name}={size}" for name, size in sizes.items())
        fail(f"`{spec.name}` works with its default sizes, but not with {shown}.", "sizes-hard-coded")
    for one, other in itertools.combinations([name for name in sizes if name != "num_classes"], 2):
        if works(sizes | {one: sizes[other]}):
            fail(f"`{spec.name}` works only where {one} and {other} are equal.", "sizes-mixed-up")


def _columns(spec: ConditionalSpec, first: Tensor) -> tuple[Tensor, Tensor]:
    """Which columns of joined rows are those of the input, and which those of the label."""
    place = torch.arange(first.shape[1] + spec.classes)
    return place < first.shape[1], place >= first.shape[1]


def _of_class(spec: ConditionalSpec, first: Tensor, label: int) -> Tensor:
    """Joined rows, all of one class."""
    return spec.join(first, torch.full((len(first),), label))


def _off_diagonal(matrix: Tensor) -> Tensor:
    """The entries of a square matrix beside its diagonal."""
    return matrix[~torch.eye(len(matrix), dtype=torch.bool)]


def _values(output: Any) -> tuple[Tensor, ...]:
    return tuple(output) if isinstance(output, tuple | list) else (output,)
