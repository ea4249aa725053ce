"""How good is a trained joint VAE? Figures that the trusted side computes from the model's two halves alone.

`benchmarks/calibrate_discrete_latents.py` measures the same figures on honest trainings, and sets the limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import cluster_oracles, oracles
from grader.checks.kit import trained_models
from grader.checks.kit.networks import assert_outputs
from grader.checks.kit.oracles import bernoulli_nll
from grader.checks.kit.thresholds import threshold
from grader.checks.kit.vocabulary import assert_tensor, expect, expect_at_least, expect_at_most
from vaelab import data

LESSON = "06_discrete_latents"
PIXELS, FACES = 784, 10
SMALLEST, FEWEST = 0.01, 9  # the share of images that makes a cluster one in use, and how many there have to be
IDLE, CERTAIN = 0.25, 1.5  # mean KLs of the die, in nats: it is not used; it is certain of most images
CONSTANT = 1.0  # the aggregate KL, in nats, of a die that shows few of its faces

Encode = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]
Decode = Callable[[Tensor, Tensor], Tensor]


def quality(encode: Encode, decode: Decode, split: data.Split, noise: Callable[..., Tensor]) -> dict[str, float]:
    """How clusters go with labels, what pictures from one-hot codes cost, and what the face changes.

    `distortion` is in nats per image, with c the one-hot row of the most probable face and z drawn; `face_change` is
    the mean difference of a pixel that another face makes.
    """
    mu, log_var, logits = encode(split.images)
    clusters = logits.argmax(1)
    z, c = mu + (log_var / 2).exp() * noise(*mu.shape), torch.eye(FACES)[clusters]
    x_hat, other = decode(z, c), decode(z, torch.eye(FACES)[(clusters + 1 + torch.arange(len(z)) % 9) % FACES])
    shares = clusters.bincount(minlength=FACES) / len(clusters)
    return {
        "nmi": cluster_oracles.nmi(split.labels, clusters),
        "accuracy": cluster_oracles.accuracy(split.labels, clusters),
        "distortion": bernoulli_nll(x_hat.double().clamp(1e-6, 1 - 1e-6), split.images).mean().item(),
        "face_change": (x_hat - other).abs().mean().item(),
        "in_use": int((shares >= SMALLEST).sum()),
        "cost": oracles.categorical_kl(logits).mean().item(),
        "unequal": oracles.aggregate_kl(logits).item(),
    }


def assert_clusters(student: Any, draw: Any, digits: data.Split) -> None:
    """Clusters tell about the classes."""
    figures = quality(*_model(student), digits, draw)
    sentence = "The NMI of clusters and classes on unseen digits is {got}; expected at least {least}." + _told(figures)
    expect_at_least(threshold(LESSON, "nmi"), figures["nmi"], sentence, _named(figures))


def assert_accuracy(student: Any, draw: Any, digits: data.Split) -> None:
    """With the best names most images are in the right cluster."""
    figures = quality(*_model(student), digits, draw)
    sentence = "The clustering accuracy on unseen digits is {got}; expected at least {least}." + _told(figures)
    expect_at_least(threshold(LESSON, "accuracy"), figures["accuracy"], sentence, _named(figures))


def assert_in_use(student: Any, draw: Any, digits: data.Split) -> None:
    """Nearly all faces are used."""
    figures = quality(*_model(student), digits, draw)
    sentence = f"{{got}} faces have at least {SMALLEST:.0%} of the images; expected at least {{least}} of {FACES}."
    sentence = sentence.format(got=figures["in_use"], least=FEWEST) + _told(figures)
    expect(figures["in_use"] >= FEWEST, sentence, _named(figures))


def assert_reconstruction(student: Any, draw: Any, digits: data.Split) -> None:
    """Images are rebuilt well from z and a one-hot c."""
    figures = quality(*_model(student), digits, draw)
    sentence = (
        "With one-hot codes the reconstruction loss on unseen digits is {got} nats per image; expected at most {most}. "
        "(These digits have been moved and turned a little, and so cost more than those of the notebook.)"
    )
    expect_at_most(threshold(LESSON, "distortion"), figures["distortion"], sentence, _named(figures))


def assert_face_matters(student: Any, draw: Any, digits: data.Split) -> None:
    """Another face gives another picture."""
    figures = quality(*_model(student), digits, draw)
    sentence = "Under another face a pixel changes by {got} on average; expected at least {least}."
    name = "face-ignored" if figures["face_change"] < 1e-4 else _named(figures)
    expect_at_least(threshold(LESSON, "face_change"), figures["face_change"], sentence, name)


def _named(figures: dict[str, float]) -> str | None:
    """The wrong idea that the figures prove: a die that is certain and constant, or not used."""
    if figures["cost"] < IDLE:
        return "die-unused"
    return "confident-and-constant" if figures["cost"] > CERTAIN and figures["unequal"] > CONSTANT else None


def _told(figures: dict[str, float]) -> str:
    """A word on what the die costs and says."""
    information = figures["cost"] - figures["unequal"]
    return (
        f" The die costs {figures['cost']:.2f} nats, its aggregate KL is {figures['unequal']:.2f}, "
        f"and so it says {information:.2f}."
    )


def _model(student: Any) -> tuple[Encode, Decode]:
    """The two halves of `trained_joint_vae`, as functions of this process."""
    encoder, decoder = (half(student, "trained_joint_vae") for half in (trained_models.encoder, trained_models.decoder))

    def encode(images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        said = encoder(images)
        rows, latents = len(images), said[0].shape[-1] if isinstance(said, tuple) and isinstance(said[0], Tensor) else 0
        expect(latents <= PIXELS, f"`trained_joint_vae` has {latents} latents, more than an image has pixels.")
        shapes = [(rows, latents), (rows, latents), (rows, FACES)]
        mu, log_var, logits = assert_outputs(said, shapes, ("mu", "log_var", "logits"), "`trained_joint_vae.encoder`")
        return mu, log_var, logits

    def decode(z: Tensor, c: Tensor) -> Tensor:
        x_hat = assert_tensor(decoder(z, c), (len(z), PIXELS), "`trained_joint_vae.decoder(z, c)`")
        expect(x_hat.min() >= 0 and x_hat.max() <= 1, "`trained_joint_vae.decoder` gives pixels outside [0, 1].")
        return x_hat

    return encode, decode
