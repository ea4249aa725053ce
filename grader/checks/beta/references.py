"""The formulas of lesson 4 with their arguments, from which mistakes are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.checks.beta import oracles
from grader.checks.kit import references
from grader.checks.kit.hypotheses import Idea, Reference
from grader.checks.kit.references import Formula

CODES = {"mu": "images latents", "log_var": "images latents"}


def beta_loss_with(term: Callable[..., Formula]) -> Callable[..., Formula]:
    """The mean over images of a reconstruction term and beta times the KL."""

    def beta_loss(x: Formula, x_hat: Formula, mu: Formula, log_var: Formula, beta: Formula) -> Formula:
        return (term(x_hat, x) + beta * references.kl(mu, log_var)).mean()

    return beta_loss


def _with_average_code(x: Formula, x_hat: Formula, mu: Formula, log_var: Formula, beta: Formula) -> Formula:
    return references.cross_entropy(x_hat, x).mean() + beta * references.kl_of_the_average(mu, log_var)


def free_bits(mu: Formula, log_var: Formula, floor: Formula) -> Formula:
    """The KL of each latent, averaged over the batch, at least `floor`, summed."""
    return references.kl_per_latent(mu, log_var).mean(0).clamp(min=floor).sum()


def _floor(draw: Any, rows: int) -> tuple[Any, ...]:
    """Codes and a floor, from below the KLs of all latents to above their sum."""
    mu, log_var = draw(rows, 3), draw(rows, 3)
    most = oracles.kl_per_latent(mu, log_var).mean(0).max().item()
    return mu, log_var, most * 0.1 * 40 ** draw.uniform(1).item()


LOSS = Reference(
    "beta_loss",
    (beta_loss_with(references.cross_entropy),),
    {"x": "images pixels", "x_hat": "images pixels"} | CODES | {"beta": ""},
    inputs=lambda draw, rows: (
        *(draw.uniform(rows, 7), draw.uniform(rows, 7), draw(rows, 3), draw(rows, 3)),
        (2 + draw.uniform(1)).item(),
    ),
    suspects=oracles.loss_suspects,
    ideas=(
        *references.instead_of_cross_entropy(beta_loss_with),
        Idea("kl-of-the-average-code", references.AVERAGE_CODE, _with_average_code),
    ),
)
WEIGHT = Reference(
    "kl_weight",
    (references.warmed_up,),
    {"step": "#", "warmup_steps": "#", "beta": ""},
    inputs=references.schedule,
    suspects=oracles.weight_ideas,
    cases=16,
)
FREE_BITS = Reference(
    "free_bits",
    (free_bits,),
    CODES | {"floor": ""},
    inputs=_floor,
    suspects=oracles.free_bits_suspects,
    cases=12,
)
