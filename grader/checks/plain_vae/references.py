"""The formulas of lesson 1 with their arguments, from which mistakes are told."""

from __future__ import annotations

from collections.abc import Callable

import torch

from grader.checks.kit import references
from grader.checks.kit.hypotheses import Idea, Reference
from grader.checks.kit.references import Formula
from grader.checks.plain_vae import oracles

CODES = {"mu": "images latents", "log_var": "images latents"}
IMAGES = {"x_hat": "images pixels", "x": "images pixels"}


def negative_elbo_with(term: Callable[..., Formula]) -> Callable[..., Formula]:
    """The mean over images of the sum of a reconstruction term and the KL."""

    def negative_elbo(x: Formula, x_hat: Formula, mu: Formula, log_var: Formula) -> Formula:
        return (term(x_hat, x) + references.kl(mu, log_var)).mean()

    return negative_elbo


def mean_over_everything(x: Formula, x_hat: Formula, mu: Formula, log_var: Formula) -> Formula:
    """Both terms as they come without a dimension."""
    per_pixel = -(x * x_hat.log() + (1 - x) * (1 - x_hat).log())
    return per_pixel.mean() + references.kl_per_latent(mu, log_var).mean()


def _with_average_code(x: Formula, x_hat: Formula, mu: Formula, log_var: Formula) -> Formula:
    return references.cross_entropy(x_hat, x).mean() + references.kl_of_the_average(mu, log_var)


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
    ideas=references.instead_of_cross_entropy(lambda term: term),
)
ELBO = Reference(
    "negative_elbo",
    (negative_elbo_with(references.cross_entropy),),
    {"x": "images pixels", "x_hat": "images pixels"} | CODES,
    inputs=lambda draw, rows: (draw.uniform(rows, 7), draw.uniform(rows, 7), draw(rows, 3), draw(rows, 3)),
    suspects=oracles.elbo_suspects,
    ideas=(
        *references.instead_of_cross_entropy(negative_elbo_with),
        Idea("kl-of-the-average-code", references.AVERAGE_CODE, _with_average_code),
        Idea("elbo-mean-over-everything", "both terms are averaged over everything", mean_over_everything),
    ),
)
CODE = Reference(
    "reparameterize",
    (reparameterized,),
    CODES | {"noise": "images latents"},
    inputs=lambda draw, rows: (draw(rows, 3), draw(rows, 3)),
    noise=lambda mu, log_var: (torch.zeros_like(mu), torch.zeros_like(log_var)),
)
