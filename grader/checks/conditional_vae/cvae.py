"""Checks of a whole CVAE: both halves see the label, and x_hat is decoded from a draw under that label."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import probes
from grader.checks.conditional_vae.networks import ConditionalSpec, one_hot
from grader.checks.kit.contracts import assert_model_unchanged
from grader.checks.kit.learning import LESSON_WIDTH, assert_model_learns, assert_size
from grader.checks.kit.networks import assert_outputs, assert_part_width
from grader.checks.kit.probes import draws, forward_images, gradient_sizes, with_same_noise
from grader.checks.kit.sampling import (
    GROUPS,
    assert_decoder_answers,
    assert_fresh_draws,
    assert_same_images,
    differ,
    grouped,
    repeated,
    wrong_spreads,
)
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, describe, expect, fail

TIMES = 2500
HUGE = 1e9  # a spread at which every pixel is 0 or 1; infinity would give nan


def assert_parts(student: Any, spec: ConditionalSpec, draw: Any) -> None:
    """`encoder` and `decoder` take the label, and `latent_dim` and `num_classes` are what was asked for."""
    model, _ = spec.build_pair(student)
    z, c = draw(4, spec.sizes["latent_dim"]), one_hot(draw.integers(0, spec.classes, 4), spec.classes)
    answers = student.run(probes.parts, model, draw.uniform(4, spec.input_size), z, c)
    for part, given in (("encoder", "x"), ("decoder", "z")):
        expect(answers[part] != "missing", f"The model has no `{part}`: other functions will look for it.")
        expect(
            answers[part] != "without label",
            f"The model's `{part}` takes {given} alone: it never sees the label.",
            f"label-missing-from-{part}",
        )
        expect(answers[part] == "both", f"`model.{part}({given}, c)` does not work ({answers[part]}).")
    for name in ("latent_dim", "num_classes"):
        wanted = spec.sizes[name]
        expect(
            type(answers[name]) is int and answers[name] == wanted,
            f"Expected `{name}` to be the int {wanted}, got {describe(answers[name])}.",
        )


def assert_label_reaches(student: Any, spec: ConditionalSpec, draw: Any, part: str) -> None:
    """With everything else the same, this part gives something else for each class, and learns what it is taught."""
    apart = torch.zeros(spec.classes, spec.classes, dtype=torch.float64)
    for _ in range(4):  # several sets of weights: single units may be dead
        model, _ = spec.build_pair(student)
        for _ in range(3):
            first = draw.uniform(1, spec.input_size) if part == "encoder" else draw(1, spec.sizes["latent_dim"])
            pair = (first.repeat(spec.classes, 1), torch.eye(spec.classes))
            (output,) = student.run(probes.part_outputs, model, part, [pair])
            first_output = output[0] if isinstance(output, tuple) else output
            values = assert_tensor(first_output, what=f"the {part}'s output").double()
            apart = torch.maximum(apart, torch.cdist(values, values))
    expect(
        (apart + torch.eye(spec.classes)).min() > 1e-5,
        f"The {part} of the model gives the same output for every class.",
        f"label-missing-from-{part}",
    )
    _assert_part_learns(student, spec, draw, part)


def _assert_part_learns(student: Any, spec: ConditionalSpec, draw: Any, part: str) -> None:
    pixels, latents = spec.input_size, spec.sizes["latent_dim"]
    labels = draw.integers(0, spec.classes, 160)
    first = draw.bits(160, pixels) if part == "encoder" else draw(160, latents)
    assert_size(student, spec)
    sizes = spec.sizes | {"hidden_dim": LESSON_WIDTH}
    given = torch.full((2, pixels), 0.5), torch.eye(spec.classes)[:2]
    model = student.run(probes.joined_part, spec.name, sizes, 1.0, *given, part, first.shape[1])
    names, width = (("mu", "log_var"), latents) if part == "encoder" else (("x_hat",), pixels)
    assert_model_learns(student, model, spec.join(first, labels), draw, names, width, f"the model's `{part}`")


def assert_agrees_with_encoder(student: Any, spec: ConditionalSpec, draw: Any) -> None:
    """`mu` and `log_var` are the encoder's for this image and this label; modes and arguments are left alone."""
    model, _ = spec.build_pair(student)
    x, labels = draw.uniform(spec.classes, spec.input_size), torch.arange(spec.classes)
    c = one_hot(labels, spec.classes)
    other = one_hot(labels.roll(1), spec.classes)
    said = student.run(probes.part_outputs, model, "encoder", [(x, c), (x, other), (x, 0 * c)])
    (mu, log_var), (mu_other, _), (mu_without, _) = said
    mu, log_var = mu.detach(), log_var.detach()
    whole, part = student.run(probes.part_outputs, model, "", [(x, c), (x[:2], c[:2])])
    suspects = {"outputs-in-wrong-order": log_var, "label-of-another-image": mu_other.detach()}
    suspects["label-missing-from-encoder"] = mu_without.detach()
    assert_matches(whole[1], mu, what="`mu`", suspects=suspects)
    assert_matches(whole[2], log_var, what="`log_var`", suspects={"outputs-in-wrong-order": mu})
    expect(
        torch.allclose(whole[1][:2], part[1], rtol=1e-3, atol=1e-5),
        "The code of an image depends on the other images in its batch.",
        "images-mixed-in-batch",
    )
    assert_model_unchanged(student, model, "", x.repeat(12, 1), c.repeat(12, 1))


def assert_decodes_draws(student: Any, spec: ConditionalSpec, draw: Any, *, training: bool) -> None:
    """x_hat is distributed as the decoder's answer, under the same label, to draws from N(mu, exp(log_var))."""
    assert_size(student, spec)
    model, _ = spec.build_pair(student)
    images, labels = draw.uniform(GROUPS, spec.input_size), torch.arange(GROUPS)
    c = one_hot(labels, spec.classes)
    (said,) = student.run(probes.part_outputs, model, "encoder", [(images, c)])
    shape = (GROUPS, spec.sizes["latent_dim"])
    mu, log_var = assert_outputs(said, [shape, shape], ("mu", "log_var"), "`encoder`")
    many = repeated(images, TIMES), repeated(c, TIMES)
    x_hat = student.run(forward_images, model, training, *many)
    x_hat = grouped(assert_tensor(x_hat, (GROUPS * TIMES, spec.input_size), "x_hat"), GROUPS)
    noise = draw(GROUPS * TIMES, shape[1])

    def decoded(z: Tensor, under: Tensor) -> Tensor:
        (images,) = student.run(probes.part_outputs, model, "decoder", [(z, under)])
        return assert_tensor(images)

    def images_for(deviation: Tensor, mean: Tensor = mu, under: Tensor = c, noise: Tensor = noise) -> Tensor:
        z = repeated(mean, TIMES) + repeated(deviation, TIMES) * noise
        return grouped(decoded(z, repeated(under, TIMES)), GROUPS)

    assert_decoder_answers(lambda z: decoded(z, c[:1].expand(len(z), -1).contiguous()), noise[: 20 * GROUPS])
    right = images_for((log_var / 2).exp())
    if not differ(x_hat, right):
        assert_fresh_draws(student.run(draws, model, images, c))
        return
    mode = "training" if training else "evaluation"
    if x_hat.std(0).max() < 1e-5:
        one, other = (student.run(forward_images, model, True, images, c) for _ in range(2))
        only_here = not training and not torch.equal(one, other)
        same = torch.allclose(x_hat, images_for(0 * mu), atol=1e-4)
        if not same and not torch.equal(one, other):
            fail(f"In {mode} mode all images of a batch get the same noise.", "noise-shared-across-batch")
        fail(
            f"In {mode} mode x_hat does not vary: it is {'decoded from mu' if same else 'the same in every draw'}.",
            ("no-noise-in-eval" if only_here else "no-noise") if same else None,
        )
    suspects: dict[str, Tensor | list[Tensor]] = {
        **{name: [images_for(one.clamp(max=HUGE)) for one in ways] for name, ways in wrong_spreads(log_var).items()},
        "noise-not-centred": images_for((log_var / 2).exp(), noise=draw.uniform(*noise.shape)),
        "code-ignored": images_for(torch.ones_like(mu), 0 * mu),
        "label-missing-from-decoder": images_for((log_var / 2).exp(), under=0 * c),
    }
    what = f"In {mode} mode x_hat is not what the decoder makes of z ~ N(mu, exp(log_var)) under the image's own label."
    assert_same_images(x_hat, right, suspects, what)


def assert_widths(student: Any, spec: ConditionalSpec, draw: Any) -> None:
    """Both parts have `hidden_dim` hidden units."""
    c = one_hot(torch.full((60,), int(draw.integers(0, spec.classes, 1))), spec.classes)
    for part, inputs in (("encoder", draw.uniform(60, spec.input_size)), ("decoder", 2 * draw(60, 5))):

        def outputs_for(width: int, part: str = part, inputs: Tensor = inputs) -> Any:
            model, _ = spec.build_pair(student, 1.0, hidden_dim=width)
            return student.run(probes.part_outputs, model, part, [(inputs, c)])[0]

        assert_part_width(part, outputs_for)


def assert_gradients_through_draw(student: Any, spec: ConditionalSpec, draw: Any) -> None:
    """Gradients of x_hat alone reach every parameter, those of the encoder through the draw."""
    x, labels = draw.uniform(30, spec.input_size), torch.arange(30) % spec.classes
    nothing = torch.zeros(30, spec.sizes["latent_dim"])
    weights = [draw(30, spec.input_size), nothing, nothing]
    model, joined = spec.build_pair(student)
    sizes = student.run(gradient_sizes, joined, spec.join(x, labels), weights)
    of_encoder = {name: size for name, size in sizes.items() if name.startswith("network.encoder.")}
    if of_encoder and not any(of_encoder.values()):
        c = one_hot(labels, spec.classes)
        one, other = student.run(with_same_noise, model, [x, c], [0.8 * x, c])
        fail(
            "No gradient of x_hat reaches the encoder: the draw of z cuts the graph, or does not use mu and log_var.",
            "sample-detached" if not torch.equal(one, other) else None,
        )
    dead = [name.removeprefix("network.") for name, size in sizes.items() if not size]
    expect(not dead, f"No gradient of x_hat reaches the parameters {', '.join(dead[:6])}.")
