"""Honest submissions that sit among the attacks: right, otherwise right, blank, wrong, unfinished, untidy."""

from __future__ import annotations

from typing import Any

from tests.notebooks import all_exercises, submission_json

OTHERWISE = {
    "kl_divergence": "def kl_divergence(mu, log_var):\n"
    "    q = torch.distributions.Normal(mu, (log_var / 2).exp())\n"
    "    return torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(1)",
    "reparameterize": "def reparameterize(mu, log_var):\n"
    "    return torch.distributions.Normal(mu, (log_var / 2).exp()).rsample()",
}
WRONG = {
    "kl_divergence": "def kl_divergence(mu, log_var):\n    return (mu**2 + log_var.exp() - 1 - log_var).sum(1)",
    "reparameterize": "def reparameterize(mu, log_var):\n    return mu + log_var.exp() * torch.randn_like(mu)",
}
UNTRAINED = ["trained_vae"]
QUICK = {"03-innocent-other-ways", "04-innocent-blank", "05-innocent-wrong"}  # no training: short limits will do


def notebooks() -> dict[str, dict[str, Any]]:
    """By student; the names put them between the classes of attacks."""
    return {
        "00-innocent-complete": submission_json(),
        "03-innocent-other-ways": submission_json(OTHERWISE, stubs=UNTRAINED),
        "04-innocent-blank": submission_json(stubs=all_exercises()),
        "05-innocent-wrong": submission_json(WRONG, stubs=UNTRAINED),
        "06-innocent-unfinished": submission_json(stubs=all_exercises()[4:]),
        "08-innocent-untidy": submission_json(
            {"encoder": "def Encoder(:"}, stubs=UNTRAINED, added={"decoder": "1 / 0", "vae": "%matplotlib inline\n!ls"}
        ),
        "99-innocent-last": submission_json(OTHERWISE, stubs=UNTRAINED),
    }
