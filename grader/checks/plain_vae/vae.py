"""Checks of a whole VAE: it decodes draws from the posterior, and samples the prior."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.contracts import assert_model_unchanged
from grader.checks.kit.learning import assert_size
from grader.checks.kit.networks import NetworkSpec, assert_outputs, assert_part_width, gradient_sizes
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
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect, fail

TIMES = 3000
HUGE = 1e9  # a spread at which every pixel is 0 or 1; infinity would give nan


def assert_agrees_with_encoder(student: Any, model: Any, x: Tensor) -> None:
    """`mu` and `log_var` are the encoder's, image by image; modes and images are left alone."""
    said = student.run(probes.part_outputs, model, "encoder", x)
    shape = (len(x), 5)
    mu, log_var = assert_outputs(said, [shape, shape], ("mu", "log_var"), "`encoder`")
    whole, part = student.run(probes.outputs, model, x, x[:2])
    _, mu_of_model, log_var_of_model = assert_outputs(
        whole, [tuple(x.shape), shape, shape], ("x_hat", "mu", "log_var"), "the model"
    )
    swapped = {"mu-and-log-var-swapped": torch.cat([log_var, mu], dim=1)}
    of_model, of_encoder = torch.cat([mu_of_model, log_var_of_model], dim=1), torch.cat([mu, log_var], dim=1)
    assert_matches(of_model, of_encoder, what="`mu` and `log_var`, side by side,", suspects=swapped)
    expect(
        torch.allclose(whole[1][:2], part[1], rtol=1e-3, atol=1e-5),
        "The code of an image depends on the other images in its batch.",
        "images-mixed-in-batch",
    )
    assert_model_unchanged(student, model, "", x)


def assert_decodes_draws(student: Any, spec: NetworkSpec, draw: Any, *, training: bool) -> None:
    """x_hat is distributed as the decoder's answer to draws from N(mu, exp(log_var)), in this mode."""
    assert_size(student, spec)
    model, images = spec.build(student), draw.uniform(GROUPS, spec.input_size)
    mu, log_var = _posterior(student, model, images)
    x_hat = student.run(probes.forward_images, model, training, repeated(images, TIMES))
    x_hat = grouped(assert_tensor(x_hat, (GROUPS * TIMES, spec.input_size), "x_hat"), GROUPS)
    noise = draw(GROUPS * TIMES, mu.shape[1])

    def images_for(deviation: Tensor, mean: Tensor = mu, noise: Tensor = noise) -> Tensor:
        z = repeated(mean, TIMES) + repeated(deviation, TIMES) * noise
        return grouped(assert_tensor(student.run(probes.part_outputs, model, "decoder", z)), GROUPS)

    assert_decoder_answers(
        lambda z: assert_tensor(student.run(probes.part_outputs, model, "decoder", z)), noise[: 20 * GROUPS]
    )
    right = images_for((log_var / 2).exp())
    if not differ(x_hat, right):
        assert_fresh_draws(student.run(probes.draws, model, images))
        return
    mode = "training" if training else "evaluation"
    if x_hat.std(0).max() < 1e-5:
        _fail_without_noise(student, model, images, x_hat, images_for(0 * mu), mode)
    suspects: dict[str, Tensor | list[Tensor]] = {
        name: [images_for(one.clamp(max=HUGE)) for one in spreads] for name, spreads in wrong_spreads(log_var).items()
    }
    suspects["noise-not-centred"] = images_for((log_var / 2).exp(), noise=draw.uniform(*noise.shape))
    suspects["code-ignored"] = images_for(torch.ones_like(mu), 0 * mu)
    what = f"In {mode} mode x_hat is not what the decoder makes of z ~ N(mu, exp(log_var))."
    assert_same_images(x_hat, right, suspects, what)


def assert_widths(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Both parts have `hidden_dim` hidden units."""
    for part, inputs in (("encoder", draw.uniform(60, 11)), ("decoder", 2 * draw(60, 5))):

        def outputs_for(width: int, part: str = part, inputs: Tensor = inputs) -> Any:
            return student.run(probes.part_outputs, spec.build(student, 1.0, hidden_dim=width), part, inputs)

        assert_part_width(part, outputs_for)


def _fail_without_noise(student: Any, model: Any, images: Tensor, x_hat: Tensor, of_means: Tensor, mode: str) -> None:
    if not torch.allclose(x_hat, of_means, atol=1e-4):
        fail(f"In {mode} mode all images of a batch get the same noise.", "noise-shared-across-batch")
    one, other = (student.run(probes.forward_images, model, True, images) for _ in range(2))
    only_here = mode == "evaluation" and not torch.equal(one, other)
    fail(
        f"In {mode} mode x_hat is decoded from mu: there is no draw.",
        "no-noise-in-eval" if only_here else "no-noise",
    )


def assert_gradients_through_draw(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Gradients of x_hat alone reach every parameter, those of the encoder through the draw."""
    x = draw.uniform(20, spec.input_size)
    nothing = torch.zeros(20, spec.sizes["latent_dim"])
    weights = [draw(20, spec.input_size), nothing, nothing]
    sizes = gradient_sizes(student, spec, x, weights)
    of_encoder = {name: size for name, size in sizes.items() if not name.startswith("decoder.")}
    expect(bool(of_encoder), "`encoder` has no parameters that an optimizer could find.", "layers-not-registered")
    if not any(of_encoder.values()):
        one, other = student.run(probes.with_same_noise, spec.build(student), [x], [0.8 * x])
        fail(
            "No gradient of x_hat reaches the encoder: the draw of z cuts the graph, or does not use mu and log_var.",
            "sample-detached" if not torch.equal(one, other) else None,
        )
    dead = [name for name, size in sizes.items() if not size]
    expect(not dead, f"No gradient of x_hat reaches the parameters {', '.join(dead[:6])}.")


def assert_samples_prior(student: Any, model: Any, draw: Any) -> None:
    """Samples are distributed as the decoder's answers to z ~ N(0, I)."""
    count = 3 * TIMES
    samples = assert_tensor(model.sample(count), what="the samples")
    latents = student.run(probes.part_outputs, model, "encoder", torch.full((1, samples.shape[-1]), 0.5))[0].shape[1]

    def images_for(z: Tensor) -> Tensor:
        return assert_tensor(student.run(probes.part_outputs, model, "decoder", z)).double()

    assert_decoder_answers(images_for, draw(60, latents))
    right = images_for(draw(count, latents))
    assert_tensor(samples, tuple(right.shape), "the samples")
    expect(
        not ((samples == 0) | (samples == 1)).all(),
        "All pixels of the samples are 0 or 1: return pixel means, the decoder's x_hat, and toss no coins.",
        "pixels-drawn-not-means",
    )
    expect(
        samples.double().std(0).max() > 1e-5, "All samples are the same image: each needs its own z.", "sample-one-code"
    )
    spreads = (0.1, 0.5, 2.0, latents**-0.5, latents**0.5)
    suspects: dict[str, Tensor | list[Tensor]] = {
        "sample-code-uniform": images_for(draw.uniform(count, latents)),
        "sample-code-scaled": [images_for(spread * draw(count, latents)) for spread in spreads],
        "sample-decoded-twice": images_for(draw(count, latents)).sigmoid(),
    }
    assert_same_images(samples.double(), right, suspects, "The samples are not what the decoder makes of z ~ N(0, I).")


def assert_sample_form(student: Any, model: Any, pixels: int) -> None:
    """Any number of samples, without a graph, new ones in every call; modes are left alone."""
    for count in (1, 3):
        samples = model.sample(count)
        assert_tensor(samples, (count, pixels), "the samples")
        expect(
            not samples.requires_grad,
            "The samples carry a graph: nobody trains on them, and the graph takes up memory. Use `torch.no_grad()`.",
            "sample-with-graph",
        )
    expect(not torch.equal(samples, model.sample(3)), "Two calls of `sample` gave the same images.")
    assert_model_unchanged(student, model, "sample", 3)


def _posterior(student: Any, model: Any, images: Tensor) -> tuple[Tensor, Tensor]:
    said = student.run(probes.part_outputs, model, "encoder", images)
    shape = (len(images), 5)
    mu, log_var = assert_outputs(said, [shape, shape], ("mu", "log_var"), "`encoder`")
    return mu, log_var
