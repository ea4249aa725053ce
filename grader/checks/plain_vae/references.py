"""The formulas of lesson 1 with their arguments, from which mistakes are told."""

from __future__ import annotations

import torch

from grader.checks.kit import references
from grader.checks.kit.hypotheses import Reference
from grader.checks.kit.references import Formula
from grader.checks.plain_vae import oracles

CODES = {"mu": "images latents", "log_var": "images latents"}
IMAGES = {"x_hat": "images pixels", "x": "images pixels"}


def negative_elbo(x: Formula, x_hat: Formula, mu: Formula, log_var: Formula) -> Formula:
    """The mean over images of the two terms' sum."""
    return (references.cross_entropy(x_hat, x) + references.kl(mu, log_var)).mean()


def reparameterized(mu: Formula, log_var: Formula, noise: Formula) -> Formula:
    """A code drawn with this noise."""
    return mu + (0.5 * log_var).exp() * noise


KL = Reference(
    "kl_divergence",
    (references.kl, references.kl_with_minus),
    CODES,
    inputs=lambda draw, rows: (draw(rows, 3), draw(rows, 3)),
    suspects=oracles.kl_suspects,
)
RECONSTRUCTION = Reference(
    "reconstruction_loss",
    (references.cross_entropy,),
    IMAGES,
    inputs=lambda draw, rows: (draw.uniform(rows, 7), draw.uniform(rows, 7)),
    suspects=oracles.bce_suspects,
)
ELBO = Reference(
    "negative_elbo",
    (negative_elbo,),
    {"x": "images pixels", "x_hat": "images pixels"} | CODES,
    inputs=lambda draw, rows: (draw.uniform(rows, 7), draw.uniform(rows, 7), draw(rows, 3), draw(rows, 3)),
    suspects=oracles.elbo_suspects,
)
CODE = Reference(
    "reparameterize",
    (reparameterized,),
    CODES | {"noise": "images latents"},
    inputs=lambda draw, rows: (draw(rows, 3), draw(rows, 3)),
    noise=lambda mu, log_var: (torch.zeros_like(mu), torch.zeros_like(log_var)),
)
