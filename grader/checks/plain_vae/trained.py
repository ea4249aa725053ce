"""How good is a trained VAE? Figures that the trusted side computes from the model's `encoder` and `decoder` alone.

Noise and judgements are the trusted side's own: neither the student's `forward` nor the student's loss is believed.
`benchmarks/calibrate_plain_vae.py` measures the same figures on the course's model, and sets the limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import oracles, trained_models
from grader.checks.kit.networks import assert_outputs
from grader.checks.kit.thresholds import threshold
from grader.checks.kit.vocabulary import assert_tensor, expect, expect_at_least, expect_at_most
from vaelab import data, metrics

LESSON = "01_plain_vae"
PIXELS, SAMPLES = 784, 300
FEW_LATENTS = 8  # from about ten on, more of them make no difference on the digits

Encode = Callable[[Tensor], tuple[Tensor, Tensor]]
Decode = Callable[[Tensor], Tensor]


def quality(encode: Encode, decode: Decode, images: Tensor, noise: Callable[..., Tensor]) -> dict[str, float]:
    """What the model makes of images (N, 784): the bound and its two terms in nats per image, and what the code is for.

    `code_gain` is how many nats dearer an image becomes when it is decoded from the code of another image.
    `variety` is the standard deviation of a reconstructed pixel over images, averaged over pixels.
    """
    mu, log_var = encode(images)
    z = mu + (log_var / 2).exp() * noise(*mu.shape)
    x_hat, of_others = decode(z), decode(z.roll(len(z) // 2, 0))
    rate, distortion = oracles.gaussian_kl(mu, log_var).mean().item(), _cost(x_hat, images)
    return {
        "bound": rate + distortion,
        "rate": rate,
        "latents": mu.shape[1],
        "code_gain": _cost(of_others, images) - distortion,
        "variety": x_hat.std(0).mean().item(),
    }


def sample_quality(samples: Tensor) -> dict[str, float]:
    """What a judge of digits thinks of samples (N, 784), how they differ, and how near stored images are."""
    verdicts = metrics.judge("digits")(samples)
    return {
        "confidence": verdicts.max(1).values.mean().item(),
        "class_entropy": metrics.class_entropy(verdicts),
        "diversity": metrics.diversity(samples),
        "novelty": novelty(samples),
    }


def novelty(images: Tensor) -> float:
    """The distance from a stored digit, training or test, that nine in ten of the images (N, 784) keep."""
    stored = torch.cat([data.load("digits", split).images for split in data.SPLITS])
    return metrics.nearest_distance(images, stored).quantile(0.1).item()


def _cost(x_hat: Tensor, x: Tensor) -> float:
    """Bernoulli nats per image; predictions kept off 0 and 1, where rounding would decide."""
    return oracles.bernoulli_nll(x_hat.double().clamp(1e-6, 1 - 1e-6), x).mean().item()


def assert_bound(student: Any, draw: Any, digits: data.Split) -> None:
    """The bound on held-out images is as low as training makes it."""
    figures = quality(*_model(student), digits.images, draw)
    sentence = "The negative ELBO on held-out digits is {got} nats per image; expected at most {most}."
    sentence += " (These digits have been moved and turned a little, and so cost more than those of the notebook.)"
    sentence += _told_nothing(figures, digits.images) + _few_latents(figures)
    expect_at_most(threshold(LESSON, "bound"), figures["bound"], sentence, _named(figures))


def assert_codes_used(student: Any, draw: Any, digits: data.Split) -> None:
    """Codes cost something, and images need their own code."""
    figures = quality(*_model(student), digits.images, draw)
    for name, what in (
        ("rate", "The KL of the codes, in nats per image,"),
        ("variety", "The standard deviation of a reconstructed pixel over images"),
        ("code_gain", "The extra cost, in nats, of decoding an image from another image's code"),
    ):
        sentence = f"{what} is {{got}}; expected at least {{least}}: the codes hardly tell images apart."
        expect_at_least(threshold(LESSON, name), figures[name], sentence, _named(figures))


def assert_samples(student: Any, draw: Any) -> None:
    """A judge takes the samples for digits, and sees many classes among them."""
    figures = sample_quality(_samples(student, draw))
    for name, what in (
        ("class_entropy", "The entropy of the classes that a classifier of digits sees in the samples"),
        ("confidence", "The classifier's mean confidence in the samples"),
    ):
        expect_at_least(threshold(LESSON, name), figures[name], f"{what} is {{got}}; expected at least {{least}}.")


def assert_samples_new(student: Any, draw: Any) -> None:
    """Samples differ from one another and keep a distance from every stored digit."""
    figures = sample_quality(_samples(student, draw))
    for name, what in (
        ("diversity", "The mean distance between two samples"),
        ("novelty", "The distance that nine in ten samples keep from the nearest stored digit"),
    ):
        expect_at_least(threshold(LESSON, name), figures[name], f"{what} is {{got}}; expected at least {{least}}.")


def _named(figures: dict[str, float]) -> str | None:
    """The wrong idea that the figures prove: no training, a code without information, a decoder without z."""
    if figures["rate"] < 1 and abs(figures["bound"] - PIXELS * math.log(2)) < 30:
        return "model-not-trained"
    if figures["rate"] < threshold(LESSON, "rate") / 20:
        return "posterior-collapse"
    return "decoder-ignores-code" if figures["variety"] < 1e-3 else None


def _told_nothing(figures: dict[str, float], images: Tensor) -> str:
    """A word on figures that any model reaches without a code."""
    average = _cost(data.load("digits", "train").images.mean(0).expand_as(images), images)
    if figures["bound"] < average - 1:
        return ""
    half = PIXELS * math.log(2)
    return f" For comparison: painting the mean of all digits costs {average:.1f}, painting ½ everywhere {half:.1f}."


def _few_latents(figures: dict[str, float]) -> str:
    """A word on codes that are too short for digits."""
    latents = int(figures["latents"])
    return f" The code of an image has {latents} latent{'s' * (latents > 1)} only." if latents < FEW_LATENTS else ""


def _model(student: Any) -> tuple[Encode, Decode]:
    """The two halves of `trained_vae`, as functions of this process."""

    encoder, decoder = (half(student, "trained_vae") for half in (trained_models.encoder, trained_models.decoder))

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        said = encoder(images)
        rows, latents = len(images), said[0].shape[-1] if isinstance(said, tuple) and said else 0
        mu, log_var = assert_outputs(said, 2 * [(rows, latents)], ("mu", "log_var"), "`trained_vae.encoder`")
        expect(latents <= PIXELS, f"`trained_vae` has {latents} latents, more than an image has pixels.")
        return mu, log_var

    def decode(z: Tensor) -> Tensor:
        x_hat = assert_tensor(decoder(z), (len(z), PIXELS), "`trained_vae.decoder(z)`")
        expect(x_hat.min() >= 0 and x_hat.max() <= 1, "`trained_vae.decoder` gives pixels outside [0, 1].")
        expect(
            novelty(x_hat) >= threshold(LESSON, "novelty") / 10,
            "The decoder returns stored digits instead of images that it makes from the code.",
            "samples-are-stored-images",
        )
        return x_hat

    return encode, decode


def _samples(student: Any, draw: Any) -> Tensor:
    """Images (SAMPLES, 784) of codes that were drawn here."""
    encode, decode = _model(student)
    latents = encode(torch.full((1, PIXELS), 0.1))[0].shape[1]
    return decode(draw(SAMPLES, latents))
