"""How good is a trained CVAE? Figures that the trusted side computes from the model's `encoder` and `decoder` alone.

Codes, noise and judgements are the trusted side's own. `benchmarks/calibrate_conditional_vae.py` measures the same
figures on the course's model, trained in several ways, and sets the limits in `thresholds.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae.networks import CLASSES, PIXELS, one_hot
from grader.checks.kit import oracles, trained_models
from grader.checks.kit.networks import assert_outputs
from grader.checks.kit.thresholds import threshold
from grader.checks.kit.vocabulary import assert_tensor, expect, expect_at_least, fail, told_apart
from vaelab import data, metrics

LESSON = "03_conditional_vae"
PER_CLASS = 40
NO_INFORMATION = PIXELS * math.log(2)  # nats per image of a decoder that answers ½ everywhere
IDLE_RATE = 0.5  # nats per image below which a code says nothing

Encode = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
Decode = Callable[[Tensor, Tensor], Tensor]
Noise = Callable[..., Tensor]


@dataclass(frozen=True)
class Model:
    """The two halves of a CVAE as functions of this process."""

    encode: Encode
    decode: Decode

    @property
    def latents(self) -> int:
        return self.encode(torch.full((1, PIXELS), 0.1), torch.eye(CLASSES)[:1])[0].shape[1]

    def family(self, noise: Noise) -> Tensor:
        """Images (CLASSES, PER_CLASS, PIXELS): the same codes from the prior under every class."""
        z = noise(PER_CLASS, self.latents)
        return torch.stack([self.decode(z, row.expand(PER_CLASS, -1).contiguous()) for row in torch.eye(CLASSES)])


@cache
def _training_images() -> data.Split:
    return data.load("digits", "train")


def family_quality(family: Tensor) -> dict[str, float]:
    """What a judge thinks of a family, how much the images of a class differ, and how near stored images are.

    `variety` is the mean distance between two images of a class, over that of the training images of the class.
    """
    classes, each = family.shape[:2]
    flat = family.flatten(0, 1)
    asked = torch.arange(classes).repeat_interleave(each)
    train = _training_images()
    ratios = [metrics.diversity(family[k]) / metrics.diversity(train.images[train.labels == k]) for k in range(classes)]
    return {
        "asked": (metrics.judge("digits")(flat).argmax(1) == asked).float().mean().item(),
        "variety": sum(ratios) / classes,
        "novelty": metrics.nearest_distance(flat, _stored_images()).quantile(0.1).item(),
    }


def posterior_quality(model: Model, split: data.Split, noise: Noise) -> dict[str, float]:
    """On held-out images: the bound and its rate in nats per image, and how often a judge sees the swapped label."""
    c = one_hot(split.labels, CLASSES)
    mu, log_var = model.encode(split.images, c)
    x_hat = model.decode(mu + (log_var / 2).exp() * noise(*mu.shape), c)
    new = (split.labels + 1 + torch.arange(len(mu)) % (CLASSES - 1)) % CLASSES
    verdicts = metrics.judge("digits")(model.decode(mu, one_hot(new, CLASSES))).argmax(1)
    rate = oracles.gaussian_kl(mu, log_var).mean().item()
    distortion = oracles.bernoulli_nll(x_hat.double().clamp(1e-6, 1 - 1e-6), split.images).mean().item()
    return {"bound": rate + distortion, "rate": rate, "swapped": (verdicts == new).float().mean().item()}


def student_model(student: Any) -> Model:
    """The halves of `trained_cvae`."""

    encoder, decoder = (half(student, "trained_cvae") for half in (trained_models.encoder, trained_models.decoder))

    def encode(x: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        said = encoder(x, c)
        latents = said[0].shape[-1] if isinstance(said, tuple) and isinstance(said[0], Tensor) else 0
        mu, log_var = assert_outputs(said, 2 * [(len(x), latents)], ("mu", "log_var"), "`trained_cvae.encoder`")
        expect(latents <= PIXELS, f"`trained_cvae` has {latents} latents, more than an image has pixels.")
        return mu, log_var

    def decode(z: Tensor, c: Tensor) -> Tensor:
        x_hat = assert_tensor(decoder(z, c), (len(z), PIXELS), "`trained_cvae.decoder(z, c)`")
        expect(x_hat.min() >= 0 and x_hat.max() <= 1, "`trained_cvae.decoder` gives pixels outside [0, 1].")
        return x_hat

    return Model(encode, decode)


def assert_asked_for(student: Any, draw: Any) -> None:
    """A judge recognises the class that was asked for."""
    family = student_model(student).family(draw)
    share, least = family_quality(family)["asked"], threshold(LESSON, "asked")
    if share >= least:
        return
    got, wanted = told_apart(100 * share, 100 * least)
    message = f"A judge recognises the class that was asked for in {got}% of the images; expected at least {wanted}%."
    _explain_fog(family, message)
    _explain_same_for_all(family, message)
    fail(message)


def assert_swap_matters(student: Any, draw: Any, digits: data.Split) -> None:
    """Held-out digits, encoded under their own label and decoded under another, become the other class."""
    model = student_model(student)
    share, least = posterior_quality(model, digits, draw)["swapped"], threshold(LESSON, "swapped")
    if share >= least:
        return
    got, wanted = told_apart(100 * share, 100 * least)
    message = (
        f"After a swap of the label a judge sees the new class in {got}% of the images; expected at least {wanted}%."
    )
    family = model.family(draw)
    _explain_fog(family, message)
    _explain_same_for_all(family, message)
    fail(message)


def assert_variety(student: Any, draw: Any, digits: data.Split) -> None:
    """Images of one class differ from one another."""
    model = student_model(student)
    family = model.family(draw)
    variety, least = family_quality(family)["variety"], threshold(LESSON, "variety")
    if variety >= least:
        return
    got, wanted = told_apart(100 * variety, 100 * least)
    message = f"Images of one class differ {got}% as much as real digits of one class do; expected at least {wanted}%."
    _explain_fog(family, message)
    rate = posterior_quality(model, digits, draw)["rate"]
    if rate < IDLE_RATE:
        fail(
            f"{message} The codes carry {rate:.2f} nats per image: the posterior has collapsed to the prior, and "
            "the decoder has learned to do without z.",
            "posterior-collapse",
        )
    if variety < 0.02:
        fail(f"{message} Whatever z is, the answer is (nearly) the mean image of the class.", "class-means")
    fail(message)


def assert_new(student: Any, draw: Any) -> None:
    """Generated images keep a distance from every digit of the course."""
    family = student_model(student).family(draw)
    distance, least = family_quality(family)["novelty"], threshold(LESSON, "novelty")
    sentence = (
        "A tenth of the images lie within {got} of a stored digit; a decoder's own images stay at least {least} away. "
        "These are stored images, not generated ones."
    )
    expect_at_least(least, distance, sentence, "samples-are-stored-images")
    expect(family.std(1).max() > 1e-3, "All images of a class are the same image.", "class-means")


def assert_bound(student: Any, draw: Any, digits: data.Split) -> None:
    """The conditional bound on held-out digits is as low as training makes it."""
    model = student_model(student)
    figures, most = posterior_quality(model, digits, draw), threshold(LESSON, "bound")
    if figures["bound"] <= most:
        return
    got, wanted = told_apart(figures["bound"], most)
    message = (
        "On held-out digits, each moved and turned a little so that nobody has them, the negative ELBO given the label "
        f"is {got} nats per image; expected at most {wanted} (some 18 less on the digits as they are)."
    )
    if abs(figures["bound"] - NO_INFORMATION) < 8:
        fail(f"{message} That is about 784 ln 2, what an untrained model pays.", "model-not-trained")
    if figures["rate"] < IDLE_RATE:
        fail(f"{message} Its codes carry {figures['rate']:.2f} nats per image.", "posterior-collapse")
    fail(message)


def _explain_fog(family: Tensor, message: str) -> None:
    if (family - 0.5).abs().mean() < 0.2 and family.std() < 0.15:
        fail(f"{message} The images are grey fog: the model is not trained.", "model-not-trained")


def _explain_same_for_all(family: Tensor, message: str) -> None:
    if family.std(0).max() < 1e-3:
        fail(f"{message} One code gives the same image under all labels.", "label-missing-from-decoder")


@cache
def _stored_images() -> Tensor:
    return torch.cat([data.load("digits", split).images for split in data.SPLITS])
