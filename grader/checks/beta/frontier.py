"""Checks of `trained_beta`: rates and distortions that the trusted side measures itself, with its own noise.

`benchmarks/calibrate_beta.py` measures the same figures on honest trainings, and sets the limits in `thresholds.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.beta import probes
from grader.checks.kit import oracles, trained_models
from grader.checks.kit.contracts import assert_float
from grader.checks.kit.thresholds import threshold
from grader.checks.kit.vocabulary import assert_tensor, describe, expect, expect_at_least, expect_at_most, fail
from vaelab import data

LESSON = "04_beta"
BETAS = (0.1, 1.0, 4.0, 784.0)
COLLAPSED = 0.1  # nats, as the exercise says
BORDER = (0.0095, 0.0105)  # a variance in between may be counted either way
UNTRAINED = 784 * math.log(2)

Encode = Callable[[Tensor], tuple[Tensor, Tensor]]
Decode = Callable[[Tensor], Tensor]


def measure(encode: Encode, decode: Decode, images: Tensor, noise: Callable[..., Tensor]) -> dict[str, Any]:
    """Rate and distortion on images (N, 784) in nats per image, and how much things differ from image to image.

    `variance` (L,) is that of each latent's mean, `variety` the standard deviation of a reconstructed pixel.
    """
    mu, log_var = encode(images)
    x_hat = decode(mu + (log_var / 2).exp() * noise(*mu.shape)).double().clamp(1e-6, 1 - 1e-6)
    return {
        "rate": oracles.gaussian_kl(mu, log_var).mean().item(),
        "distortion": oracles.bernoulli_nll(x_hat, images).mean().item(),
        "variance": mu.double().var(0, correction=0),
        "variety": x_hat.std(0).mean().item(),
    }


def statistics(points: dict[float, dict[str, Any]]) -> dict[str, float]:
    """What the limits are about: how good the model at β = 1 is, and the steps along the frontier."""
    rate = {beta: point["rate"] for beta, point in points.items()}
    distortion = {beta: point["distortion"] for beta, point in points.items()}
    return {
        "bound": rate[1.0] + distortion[1.0],
        "rate_step_low": rate[0.1] - rate[1.0],
        "rate_step_high": rate[1.0] - rate[4.0],
        "rate_left": rate[4.0],
        "distortion_step": distortion[784.0] - distortion[1.0],
    }


def report(student: Any) -> dict[str, Any]:
    """What `trained_beta` says, with a model for every price."""
    reported = student.run(probes.report)
    expect("said" in reported, f"Expected `trained_beta` to be a dict, got a `{reported.get('type')}`.")
    expect(reported["models"] is not None, 'Expected `trained_beta["models"]` to be a dict {β: model}.')
    missing = [f"{beta:g}" for beta in BETAS if beta not in reported["models"]]
    expect(not missing, f'`trained_beta["models"]` has no model for β = {", ".join(missing)}.')
    return reported["said"]


def entry(student: Any, key: str) -> Any:
    said = report(student)
    expect(key in said, f"`trained_beta` has no entry {key!r}.")
    return said[key]


def frontier(student: Any) -> list[tuple[float, float, float]]:
    """The reported points, one for each of BETAS in their order."""
    triples = entry(student, "frontier")
    expect(
        isinstance(triples, list) and len(triples) == len(BETAS),
        f"Expected {len(BETAS)} points, got {describe(triples)}.",
    )
    for beta, point in zip(BETAS, triples, strict=True):
        triple = isinstance(point, tuple) and len(point) == 3 and point[0] == beta
        expect(triple, f"Expected (β, rate, distortion) with β = {beta:g}, got {point if triple else describe(point)}.")
    return [(beta, assert_float(r, "a rate"), assert_float(d, "a distortion")) for beta, r, d in triples]


def points(student: Any, noise: Callable[..., Tensor], images: Tensor | None = None) -> dict[float, dict[str, Any]]:
    """Each model's figures on `images`, else on the held-out digits, measured here."""
    report(student)
    images = data.load("digits", "test").images if images is None else images
    return {beta: measure(*halves(student, beta), images, noise) for beta in BETAS}


def halves(student: Any, beta: float) -> tuple[Encode, Decode]:
    """The encoder and the decoder of one model, as functions of this process."""
    path = ("trained_beta", "models", beta)
    encoder, decoder = trained_models.encoder(student, *path), trained_models.decoder(student, *path)

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        said = encoder(images)
        rows = len(images)
        if not (isinstance(said, tuple) and len(said) == 2):
            fail(f"Expected the encoder for β = {beta:g} to give mu and log_var, got {describe(said)}.")
        mu = assert_tensor(said[0], what="mu")
        expect(mu.dim() == 2 and len(mu) == rows, f"Expected mu of shape ({rows}, L), got {tuple(mu.shape)}.")
        return mu, assert_tensor(said[1], tuple(mu.shape), "log_var")

    def decode(z: Tensor) -> Tensor:
        pixels = assert_tensor(decoder(z), (len(z), 784), "decoded images")
        expect(
            bool(((pixels >= 0) & (pixels <= 1)).all()), f"The decoder for β = {beta:g} gives pixels outside [0, 1]."
        )
        return pixels

    return encode, decode


def assert_true_figures(student: Any, noise: Callable[..., Tensor]) -> None:
    """The reported rates and distortions are those of the models on held-out digits."""
    measured = points(student, noise)
    for beta, rate, distortion in frontier(student):
        right = measured[beta]
        swapped = abs(rate - right["distortion"]) < 3 and abs(distortion - right["rate"]) < 3
        name = "rate-and-distortion-swapped" if swapped else None
        if abs(rate - beta * right["rate"]) < 0.01 * rate and abs(rate - right["rate"]) > 0.05 * rate:
            name = "rate-times-beta"
        expect(
            abs(rate - right["rate"]) < 0.02 + 0.005 * right["rate"],
            f"For β = {beta:g} you report a rate of {rate:.3f} nats; your model has {right['rate']:.3f} on "
            "held-out digits.",
            name,
        )
        expect(
            abs(distortion - right["distortion"]) < 3,
            f"For β = {beta:g} you report a distortion of {distortion:.1f} nats; your model has "
            f"{right['distortion']:.1f} on held-out digits, with z drawn from q(z|x).",
            name,
        )


def assert_trained(student: Any, noise: Callable[..., Tensor], digits: data.Split) -> None:
    """At β = 1 the bound is as low as training makes it."""
    measured = points(student, noise, digits.images)
    bound = measured[1.0]["rate"] + measured[1.0]["distortion"]
    name = None
    if measured[1.0]["rate"] < 1 and abs(bound - UNTRAINED) < 30:
        name = "model-not-trained"
    elif measured[1.0]["rate"] < COLLAPSED:
        name = "posterior-collapse"
    elif measured[1.0]["variety"] < 1e-3:
        name = "decoder-ignores-code"
    sentence = "At β = 1 your model has R + D = {got} nats on held-out digits; expected at most {most}."
    expect_at_most(threshold(LESSON, "bound"), bound, sentence, name)


def assert_monotone(student: Any, noise: Callable[..., Tensor], digits: data.Split) -> None:
    """A higher price gives clearly less rate and more distortion, of codes that tell images apart."""
    measured = points(student, noise, digits.images)
    rates = [measured[beta]["rate"] for beta in BETAS]
    shown = ", ".join(f"{rate:.2f}" for rate in rates)
    name = None
    if min(rates) > 0.5 and max(rates) < 1.3 * min(rates):  # where prices differ by a factor of thousands
        name = "same-model-for-all-betas" if max(rates) - min(rates) < 1e-3 * max(rates) else "beta-ignored"
    for beta in BETAS[:2]:
        expect(
            bool((measured[beta]["variance"] > COLLAPSED).any()) and measured[beta]["variety"] > 0.02,
            f"At β = {beta:g} the codes or the reconstructions hardly differ from image to image: what the model pays "
            "for its codes buys nothing.",
            name,
        )
    steps = {
        "rate_step_low": (rates[0] - rates[1], "From β = 0.1 to 1 the rate should fall by"),
        "rate_step_high": (rates[1] - rates[2], "From β = 1 to 4 the rate should fall by"),
        "rate_left": (rates[2], "At β = 4 the rate should still be"),
        "distortion_step": (
            measured[784.0]["distortion"] - measured[1.0]["distortion"],
            "From β = 1 to 784 the distortion should rise by",
        ),
    }
    for step, (value, sentence) in steps.items():
        measured_as = f"{sentence} at least {{least}} nats; measured: {{got}}. The rates of your models are {shown}."
        expect_at_least(threshold(LESSON, step), value, measured_as, name)


def assert_collapse_found(student: Any, noise: Callable[..., Tensor]) -> None:
    """The reported active units are right, and so is the list of what has collapsed."""
    measured = points(student, noise)
    counts, collapsed = entry(student, "active_units"), entry(student, "collapsed")
    expect(isinstance(counts, dict), f'Expected `trained_beta["active_units"]` to be a dict, got {describe(counts)}.')
    for beta in BETAS:
        variance = measured[beta]["variance"]
        low, high = (int((variance > border).sum()) for border in reversed(BORDER))
        count = counts.get(beta)
        expect(
            isinstance(count, int) and not isinstance(count, bool) and low <= count <= high,
            f"For β = {beta:g} you report {describe(count)} as the number of active units; your model has {high} on "
            "held-out digits.",
        )
    rate = measured[784.0]["rate"]
    expect(rate < COLLAPSED, f"At β = 784 your model's rate is {rate:.3f} nats: it has not collapsed as it should.")
    expect(
        isinstance(collapsed, list | tuple),
        f'Expected `trained_beta["collapsed"]` to be a list, got {describe(collapsed)}.',
    )
    right = [
        beta for beta in BETAS if measured[beta]["rate"] < COLLAPSED and not (measured[beta]["variance"] > 0.01).any()
    ]
    ideas = {
        "collapse-not-noticed": [],
        "collapse-means-any-silent-latent": [b for b in BETAS if not (measured[b]["variance"] > 0.01).all()],
        "collapse-means-large-beta": [b for b in BETAS if b > 1],
    }
    named = [name for name, wrong in ideas.items() if sorted(collapsed) == wrong]
    expect(
        sorted(collapsed) == right,
        f"You list {list(collapsed)} as collapsed; a rate below {COLLAPSED} nats and no active unit "
        f"are found at {right}.",
        named[0] if len(named) == 1 else None,
    )


def assert_form(student: Any) -> None:
    """All entries are there."""
    frontier(student)
    for key in ("active_units", "collapsed"):
        entry(student, key)
    report_models = torch.zeros(2, 784)
    for beta in BETAS:
        halves(student, beta)[0](report_models)
