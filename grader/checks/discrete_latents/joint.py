"""Checks of the joint VAE: its two parts as networks, the two draws between them, and its clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import probes
from grader.checks.kit import decoders, heads, networks
from grader.checks.kit.contracts import assert_model_unchanged
from grader.checks.kit.learning import LESSON_WIDTH, assert_model_learns
from grader.checks.kit.probes import (
    copied_weights,
    fresh,
    fresh_parameter_count,
    gradient_sizes,
    outputs,
    parameter_count,
)
from grader.checks.kit.slopes import assert_slopes, plain
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, describe, expect, fail
from grader.failures import CheckFailure

PIXELS, LATENTS, FACES = 11, 5, 4
SIZES = {"input_dim": PIXELS, "hidden_dim": 9, "latent_dim": LATENTS, "num_classes": FACES}
OUTPUTS = ("x_hat", "mu", "log_var", "logits")
TAU = 0.7


@dataclass(frozen=True)
class PartSpec(networks.NetworkSpec):
    """A part of a `JointVAE` as a network of one input: the encoder, one of its heads, or the decoder of rows [z c]."""

    part: str = "encoder"
    head: int | None = None

    @property
    def input_size(self) -> int:
        return LATENTS + FACES if self.gives_pixels else PIXELS

    @property
    def gives_pixels(self) -> bool:
        return self.part == "decoder"

    def build(self, student: Any, gain: float = 1.5, **sizes: int) -> Any:
        chosen = {name: size for name, size in (self.sizes | sizes).items() if name in SIZES}
        return student.run(probes.joint_part, chosen, gain, self.part, self.head)

    def outputs(
        self, student: Any, x: Tensor, gain: float = 1.5, *, times: int = networks.TRIES, **sizes: int
    ) -> list[tuple[Tensor, ...]]:
        return [plain(student.run(outputs, self.build(student, gain, **sizes), x)[0]) for _ in range(times)]


ENCODER = PartSpec("JointVAE", SIZES, "encoder")
HEADS = {name: PartSpec("JointVAE", SIZES, "encoder", number) for number, name in enumerate(OUTPUTS[1:])}
DECODER = PartSpec("JointVAE", SIZES | {"output_dim": PIXELS}, "decoder")


def codes(draw: Any, rows: int, faces: int = FACES, scale: float = 1.0) -> Tensor:
    """Rows [z c]: codes and points of the simplex."""
    return torch.cat([scale * draw(rows, LATENTS), (2 * draw(rows, faces)).softmax(1)], dim=1)


# form -----------------------------------------------------------------------------------------------------------------


def _shapes(rows: int, pixels: int, latents: int, faces: int) -> list[tuple[int, ...]]:
    return [(rows, pixels), (rows, latents), (rows, latents), (rows, faces)]


def assert_takes_sizes(student: Any, draw: Any) -> None:
    """The sizes work by position and by keyword; the outputs come in their order."""
    x, shapes = draw.uniform(3, PIXELS), _shapes(3, PIXELS, LATENTS, FACES)
    for sizes in (SIZES, list(SIZES.values())):
        try:
            output = student.run(fresh, "JointVAE", sizes, x, TAU)
        except CheckFailure:
            _explain_sizes(student, draw)
            raise
        given = output if isinstance(output, tuple | list) else (output,)
        actual = [tuple(value.shape) for value in given if isinstance(value, Tensor)]
        if actual != shapes and sorted(actual) == sorted(shapes):
            fail(f"`JointVAE` should return {', '.join(OUTPUTS)}, in this order.", "outputs-in-wrong-order")
        if actual == _shapes(3, 784, 20, 10):
            fail("`JointVAE` ignores its sizes: its outputs have the shapes of the defaults.", "sizes-hard-coded")
        networks.assert_outputs(output, shapes, OUTPUTS, "`JointVAE`")
    named = student.run(probes.attributes, SIZES)
    expect(
        named == [LATENTS, FACES],
        f"Expected `latent_dim` {LATENTS} and `num_classes` {FACES} as attributes, got {named}.",
    )


def _explain_sizes(student: Any, draw: Any) -> None:
    """Says so when a model works with its default sizes only."""
    try:
        student.run(fresh, "JointVAE", {}, draw.uniform(3, 784), TAU)
        student.run(fresh, "JointVAE", SIZES, draw.uniform(3, 784), TAU)
    except CheckFailure:
        return
    fail("A `JointVAE` built for 11 pixels takes images of 784: its sizes are hard-coded.", "sizes-hard-coded")


def assert_defaults(student: Any, draw: Any) -> None:
    """Without arguments the sizes are 784, 400, 20 and 10."""
    x = draw.uniform(1, 784)
    output = student.run(fresh, "JointVAE", {}, x, TAU)
    networks.assert_outputs(output, _shapes(1, 784, 20, 10), OUTPUTS, "`JointVAE()`")
    written = {name: networks.DEFAULTS[name] for name in SIZES}
    counts = [student.run(fresh_parameter_count, "JointVAE", sizes, x, TAU) for sizes in (written, {})]
    expect(
        counts[0] == counts[1], f"`JointVAE()` has {counts[1]:,} parameters, with 784, 400, 20 and 10 {counts[0]:,}."
    )
    expect(student.run(probes.attributes, {}) == [20, 10], "`latent_dim` and `num_classes` should be 20 and 10.")


def assert_size(student: Any) -> None:
    """There are as many numbers to learn as the layers of both parts have weights, or more."""
    hidden = SIZES["hidden_dim"]
    least = hidden * (2 * PIXELS + 3 * LATENTS + 2 * FACES)
    count = student.run(parameter_count, whole_model(student))
    expect(
        count >= least,
        f"`JointVAE` has {count} numbers to learn, but layers of its sizes have at least {least} weights: a layer is "
        "missing, too narrow, or not registered.",
    )


def whole_model(student: Any, gain: float = 1.5, tau: float = TAU, **sizes: int) -> Any:
    """A model with generic weights, at one temperature, as a handle."""
    return student.run(probes.joint_whole, SIZES | sizes, gain, tau)


# the two parts --------------------------------------------------------------------------------------------------------


def assert_encoder_learns(student: Any, draw: Any) -> None:
    """All three heads learn a function of every pixel."""
    assert_size(student)
    model = ENCODER.build(student, 1.0, hidden_dim=LESSON_WIDTH, num_classes=LATENTS)
    assert_model_learns(student, model, draw.bits(128, PIXELS), draw, OUTPUTS[1:], LATENTS, "the model's `encoder`")


def assert_decoder_learns(student: Any, draw: Any) -> None:
    """Pixels learn a function of every latent and every face."""
    assert_size(student)
    model = DECODER.build(student, 1.0, hidden_dim=LESSON_WIDTH)
    assert_model_learns(student, model, codes(draw, 160), draw, ("x_hat",), PIXELS, "the model's `decoder`")


def assert_heads(student: Any, draw: Any) -> None:
    """Three heads of their own, each affine in a hidden layer of hidden_dim units."""
    x = draw.uniform(40, PIXELS)
    ((mu, log_var, _),) = ENCODER.outputs(student, x, times=1)
    heads.assert_own_heads(mu, log_var)
    moderate = ENCODER.outputs(student, x, 2.0, times=8)
    for number, name in enumerate(HEADS):
        _assert_no_distribution(torch.cat([outputs[number] for outputs in moderate]), name)
        heads.assert_both_signs(torch.cat([outputs[number] for outputs in moderate]), name)
    large, huge = ENCODER.outputs(student, x, 20.0, times=2), ENCODER.outputs(student, x, 80.0, times=4)
    for number, name in enumerate(HEADS):
        heads.assert_unbounded(torch.cat([outputs[number] for outputs in moderate + large]), name)
        heads.assert_any_size(torch.cat([outputs[number] for outputs in huge]), name)
    for spec in HEADS.values():
        networks.assert_hidden_layer(student, spec, draw.uniform(60, PIXELS), draw.uniform(60, PIXELS))


def _assert_no_distribution(values: Tensor, name: str) -> None:
    """Logits are neither probabilities nor their logarithms."""
    totals = {"probabilities": values.double().sum(1), "logarithms of probabilities": values.double().exp().sum(1)}
    for what, total in totals.items():
        expect(
            not torch.allclose(total, torch.ones_like(total), atol=1e-3),
            f"`{name}` are {what}: return what the layer gives, with no softmax behind it.",
            "softmax-on-logits" if name == "logits" else None,
        )


def assert_decoder(student: Any, draw: Any) -> None:
    """Pixels in (0, 1) behind one hidden layer that reads z and c, any point of the simplex."""
    decoders.assert_pixels(torch.cat([x_hat for (x_hat,) in DECODER.outputs(student, codes(draw, 100), 3.0, times=5)]))
    far = torch.cat([4 + 4 * draw.uniform(8, LATENTS), (2 * draw(8, FACES)).softmax(1)], dim=1)
    farther = torch.cat([2 * far[:, :LATENTS], far[:, LATENTS:]], dim=1)
    decoders.assert_far_codes(student, DECODER, far, farther)
    networks.assert_hidden_layer(student, DECODER, codes(draw, 60, scale=2), codes(draw, 60, scale=2))
    _assert_both_read(student, draw)


def _assert_both_read(student: Any, draw: Any) -> None:
    """z changes the pixels, and so does c: by a little where it changes a little."""
    rows = codes(draw, 30)
    z, c = rows[:, :LATENTS], rows[:, LATENTS:]
    other_z, other_c = torch.cat([z.roll(1, 0), c], 1), torch.cat([z, c.roll(1, 0)], 1)
    (first, of_z, of_c), *_ = [_joined(student.run(outputs, DECODER.build(student), rows, other_z, other_c))]
    expect(
        (first - of_z).abs().max() > 1e-4, "The decoder's images are the same whatever z is.", "decoder-ignores-code"
    )
    expect((first - of_c).abs().max() > 1e-4, "The decoder's images are the same whatever c is.", "face-ignored")
    assert_corners_differ(student, DECODER.build(student), rows)
    models = [DECODER.build(student) for _ in range(2)]
    between = rows - rows.roll(1, 0)
    of_face = torch.cat([torch.zeros_like(z), between[:, LATENTS:]], dim=1)
    index = (
        "A small change of c changes nothing: c is turned into a face on the way, but it may be any point of the "
        "simplex."
    )
    assert_slopes(student, models, rows, [of_face], [draw(30, PIXELS)], index)
    of_code = torch.cat([between[:, :LATENTS], torch.zeros_like(c)], dim=1)
    assert_slopes(student, models, rows, [of_code], [draw(30, PIXELS)])


def assert_corners_differ(student: Any, model: Any, rows: Tensor) -> None:
    """The decoder, given as a network of rows [z c], tells points of the simplex from the corners next to them."""
    rounds = face_effects(student, model, rows) == {"corner"}
    message = "The decoder makes the same image of c and of the corner of the simplex that is next to it: c is rounded."
    expect(not rounds, message, "decoder-rounds-the-face")


def face_effects(student: Any, model: Any, rows: Tensor) -> set[str]:
    """What of c changes the images of a decoder: the "corner" next to it, the place "within" the simplex, or both."""
    z, c = rows[:, :-FACES], rows[:, -FACES:]
    corners = torch.cat([z, torch.eye(FACES)[c.argmax(1)]], dim=1)
    given, rounded, turned = _joined(student.run(outputs, model, rows, corners, torch.cat([z, c.roll(1, 1)], dim=1)))
    moved = {"corner": (given - turned).abs().max() > 1e-4, "within": not torch.allclose(given, rounded, atol=1e-6)}
    return {effect for effect, seen in moved.items() if seen}


def _joined(outputs: list[Any]) -> list[Tensor]:
    return [plain(output)[0] for output in outputs]


def assert_images_apart(student: Any, draw: Any) -> None:
    """Both parts treat each row on its own, always in the same way."""
    networks.assert_images_apart(student, ENCODER, draw.uniform(5, PIXELS))
    networks.assert_images_apart(student, DECODER, codes(draw, 5))


# the whole ------------------------------------------------------------------------------------------------------------


def assert_agrees_with_encoder(student: Any, draw: Any) -> None:
    """mu, log_var and logits are the encoder's; modes and images are left alone."""
    whole, x = whole_model(student), draw.uniform(5, PIXELS)
    mu, log_var, logits = said(student, whole, x)
    output = networks.assert_outputs(
        student.run(outputs, whole, x)[0], _shapes(5, PIXELS, LATENTS, FACES), OUTPUTS, "the model"
    )
    suspects = {"mu-and-log-var-swapped": torch.cat([log_var, mu, logits], dim=1)}
    right = torch.cat([mu, log_var, logits], dim=1)
    assert_matches(torch.cat(output[1:], dim=1), right, what="mu, log_var and logits, side by side,", suspects=suspects)
    assert_model_unchanged(student, whole, "", x)


def said(student: Any, whole: Any, x: Tensor, latents: int = LATENTS) -> tuple[Tensor, ...]:
    """mu, log_var and logits as the model's encoder gives them."""
    return networks.assert_outputs(
        student.run(probes.encoded, whole, x), _shapes(len(x), PIXELS, latents, FACES)[1:], OUTPUTS[1:], "`encoder`"
    )


def assert_gradients_through_draws(student: Any, draw: Any) -> None:
    """Gradients of x_hat alone reach every parameter: through the draw of z, and through that of c."""
    x = draw.uniform(20, PIXELS)
    nothing = [torch.zeros(20, LATENTS), torch.zeros(20, LATENTS), torch.zeros(20, FACES)]
    weights = [draw(20, PIXELS), *nothing]
    largest: dict[str, float] = {}
    for _ in range(networks.TRIES):
        for name, size in student.run(gradient_sizes, whole_model(student), x, weights).items():
            largest[name] = max(largest.get(name, 0.0), size or 0.0)
    expect(bool(largest), "The model has no parameters that an optimizer could find.", "layers-not-registered")
    dead = [name.removeprefix("model.") for name, size in largest.items() if not size]
    expect(
        not dead,
        f"No gradient of x_hat reaches the parameters {', '.join(dead[:6])}: a draw cuts the graph, or a "
        "code is not used.",
    )


def assert_parameters(student: Any, draw: Any) -> None:
    """`state_dict` holds everything the outputs depend on; gradients are the slopes of the values."""
    x = draw.uniform(30, PIXELS)
    first, second, again = (
        assert_tensor(value, what="the outputs") for value in student.run(copied_weights, "JointVAE", SIZES, x, TAU)
    )
    expect(torch.allclose(first, again, rtol=1e-4, atol=1e-6), "Under one seed two calls give different outputs.")
    expect(
        torch.allclose(first, second, rtol=1e-4, atol=1e-6),
        "One network's `state_dict`, loaded into another, does not give the same outputs: some layers are not "
        "registered (assign them to `self`, and put lists of them into an `nn.ModuleList`).",
        "layers-not-registered",
    )
    weights = [draw(30, size) for size in (PIXELS, LATENTS, LATENTS, FACES)]
    assert_corners_differ(student, DECODER.build(student), codes(draw, 30))
    models = [whole_model(student) for _ in range(2)]
    try:
        assert_slopes(student, models, x, [x - x.roll(1, 0), x], weights)
    except CheckFailure as failure:
        if failure.misconception != "graph-cut" or all(moves_with_temperature(student, models[0], x)):
            raise
        raise CheckFailure(failure.message) from None  # a one-hot face has no slope that a gradient could have


def moves_with_temperature(student: Any, whole: Any, x: Tensor) -> list[bool]:
    """Whether x_hat depends on tau under one seed, in training mode and in evaluation mode."""
    given = student.run(probes.at_temperatures, whole, x, [0.3, 3.0])
    return [bool((low - high).abs().max() > 1e-4) for low, high in given]


# clusters -------------------------------------------------------------------------------------------------------------


def assert_clusters(student: Any, draw: Any) -> None:
    """The most probable face of each image, int64 (B,)."""
    x = draw.uniform(60, PIXELS)
    for _ in range(networks.TRIES):
        whole = whole_model(student, 3.0)
        mu, log_var, logits = said(student, whole, x)
        top = logits.topk(2, dim=1).values
        clear = (top[:, 0] - top[:, 1]) > 1e-4
        for clusters, _, drawn in student.run(probes.clustered, whole, x):
            _assert_faces(clusters, logits, clear, drawn=drawn, others=(mu, log_var))
    (one, _, _), _ = student.run(probes.clustered, whole_model(student), x[:1])
    expect(isinstance(one, Tensor) and one.shape == (1,), f"Expected one cluster for one image, got {describe(one)}.")


def _assert_faces(clusters: Any, logits: Tensor, clear: Tensor, *, drawn: bool, others: tuple[Tensor, ...]) -> None:
    shaped = isinstance(clusters, Tensor) and clusters.shape == (len(logits),)
    expect(shaped, f"Expected one cluster for each image, shape ({len(logits)},), got {describe(clusters)}.")
    expect(clusters.dtype == torch.int64, f"Expected clusters as int64, got {describe(clusters)}.")
    wrong = clusters != logits.argmax(1)
    if not (wrong & clear).any():
        return
    held = {
        "smallest-for-largest": torch.equal(clusters, logits.argmin(1)),
        "cluster-of-another-output": any(torch.equal(clusters, one.argmax(1)) for one in others),
        "cluster-draws-the-face": drawn,
    }
    fail(
        f"{int((wrong & clear).sum())} of {len(logits)} clusters are not the most probable face.",
        next((name for name, holds in held.items() if holds), None),
    )


def assert_cluster_form(student: Any, draw: Any) -> None:
    """No graph and no draw, the same in both modes; nothing is left behind."""
    whole, x = whole_model(student), draw.uniform(20, PIXELS)
    for _, graph, drawn in student.run(probes.clustered, whole, x):
        expect(not graph, "Clusters carry a graph.")
        expect(not drawn, "`cluster` draws random numbers: it needs neither a throw nor a temperature.")
    assert_model_unchanged(student, whole, "cluster", x)
