"""Whether a network is one: it has the weights that its sizes ask for, and learns what it is taught."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.heads import assert_both_signs
from grader.checks.kit.networks import NetworkSpec, assert_outputs
from grader.checks.kit.vocabulary import expect, expect_at_least

LESSON_STEPS, LESSON_RATE, LESSON_WIDTH = 30, 0.03, 32  # of the lesson that a network is taught
LEARNED = 0.35  # the share of variance on new inputs: sines of a sum of n inputs, whatever is fitted to them, reach 1/n


def assert_size(student: Any, spec: NetworkSpec) -> None:
    """There are as many numbers to learn as hidden layers between inputs and outputs have weights, or more."""
    sizes = spec.sizes
    classes, hidden, pixels = sizes.get("num_classes", 0), sizes["hidden_dim"], spec.input_size
    outputs = sizes["output_dim"] if spec.gives_pixels else 2 * sizes["latent_dim"]
    least = hidden * (spec.input_size + classes + outputs)
    if not spec.name.endswith(("Encoder", "Decoder")):  # a whole model has a decoder too
        least += hidden * (sizes["latent_dim"] + classes + pixels)
    count = student.run(probes.parameter_count, spec.build(student))
    expect(
        count >= least,
        f"`{spec.name}` has {count} numbers to learn, but layers of its sizes, with {hidden} hidden units, have at "
        f"least {least} weights: a layer is missing, too narrow, or not registered.",
    )


def assert_learns(student: Any, spec: NetworkSpec, inputs: Tensor, draw: Any) -> None:
    """Taught a secret function of every input in a few steps, the network gives it for inputs that it has not seen.

    inputs: (N, columns), the first half to learn from. What does not learn is no network, whatever else it can do.
    """
    assert_size(student, spec)
    model = spec.build(student, 1.0, hidden_dim=LESSON_WIDTH)
    names = ("x_hat",) if spec.gives_pixels else ("mu", "log_var")
    width = spec.sizes["output_dim" if spec.gives_pixels else "latent_dim"]
    assert_model_learns(student, model, inputs, draw, names, width, f"`{spec.name}`")


def assert_model_learns(
    student: Any, model: Any, inputs: Tensor, draw: Any, names: tuple[str, ...], width: int, who: str
) -> None:
    """The same for a model that has been built, a function of `inputs` whose outputs `names` have `width` columns."""
    columns = (inputs - inputs.mean(0)) / inputs.std(0).clamp_min(1e-6)
    secrets = [columns @ draw(columns.shape[1], width) / columns.shape[1] ** 0.5 for _ in names]
    targets = [torch.sigmoid(2 * one) if names == ("x_hat",) else 0.7 * one for one in secrets]
    half = len(inputs) // 2
    shapes = len(names) * [(len(inputs) - half, width)]
    (before,) = student.run(probes.outputs, model, inputs[half:])
    assert_outputs(before, shapes, names, who)
    lesson = inputs[:half], [one[:half] for one in targets], inputs[half:]
    said = student.run(probes.taught, model, *lesson, LESSON_STEPS, LESSON_RATE)
    expect(said is not None, f"{who} has no parameters that an optimizer could find.")
    for name, values, target in zip(names, assert_outputs(said, shapes, names, who), targets, strict=True):
        wanted = target[half:]
        share = 1 - ((values - wanted).square().mean(0) / wanted.var(0)).mean().item()
        if share < LEARNED and name != "x_hat":
            assert_both_signs(values, name)
        expect_at_least(
            100 * LEARNED,
            100 * max(share, 0.0),
            f"Trained for {LESSON_STEPS} steps on a function of its input, {who} has not learned it: on new inputs "
            f"`{name}` explains {{got}}% of it. A hidden layer that reads all of the input explains over {{least}}%.",
        )
