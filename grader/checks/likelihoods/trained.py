"""Checks of `trained_sigma_vae`: its bound and its σ, measured here with codes that are drawn here.

`benchmarks/calibrate_likelihoods.py` measures the same figures on honest trainings, and sets the limits in
`thresholds.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from grader.checks.kit import oracles as kit_oracles
from grader.checks.kit import trained_models
from grader.checks.kit.networks import assert_outputs
from grader.checks.kit.thresholds import threshold
from grader.checks.kit.vocabulary import assert_tensor, expect, expect_at_least, expect_at_most
from grader.checks.likelihoods import oracles, probes
from vaelab import data

LESSON, PATH = "05_likelihoods", ("trained_sigma_vae",)
PIXELS, NEAR = 784, 0.10  # how far σ may be from the root mean square error
UNTRAINED, COLLAPSED = 0.3, 0.05  # an error larger than that of the mean digit; a rate in nats

Encode = Callable[[Tensor], tuple[Tensor, Tensor]]
Decode = Callable[[Tensor], Tensor]


def measure(
    encode: Encode, decode: Decode, sigma: float, images: Tensor, noise: Callable[..., Tensor]
) -> dict[str, float]:
    """The bound and the KL of images (N, 784) in nats per image, and the root mean square error, with drawn codes.

    `error_ratio` is how many times as large the error becomes when an image is decoded from the code of another one.
    """
    mu, log_var = encode(images)
    z = mu + (log_var / 2).exp() * noise(*mu.shape)
    x_hat, of_others = decode(z), decode(z.roll(len(z) // 2, 0))
    rate = kit_oracles.gaussian_kl(mu, log_var).mean().item()
    term = oracles.gaussian_nll(x_hat, images, sigma).mean().item()
    error = oracles.optimal_sigma(x_hat, images)
    return {
        "bound": term + rate,
        "rate": rate,
        "error": error,
        "error_ratio": oracles.optimal_sigma(of_others, images) / error,
    }


def assert_bound(student: Any, draw: Any, digits: data.Split) -> None:
    """The bound on unseen digits is as low as a learned σ makes it."""
    figures = measure(*_model(student), digits.images, draw)
    sentence = (
        "The negative ELBO on held-out digits is {got} nats per image; expected at most {most}. (These digits have "
    )
    sentence += "been moved and turned a little, and so cost more than those of the notebook.)"
    expect_at_most(threshold(LESSON, "bound"), figures["bound"], sentence, _named(student, figures))


def assert_sigma_is_true(student: Any, draw: Any) -> None:
    """σ is the root mean square error on the training digits, within ten percent."""
    encode, decode, sigma = _model(student)
    error = measure(encode, decode, sigma, data.load("digits", "train").images, draw)["error"]
    expect(
        abs(sigma / error - 1) <= NEAR,
        f"σ is {sigma:.4f}, but the root mean square error on the training digits, with drawn codes, is {error:.4f}."
        " Has σ had the time to get there?",
        "sigma-still-on-its-way" if 1.2 * error < sigma < 0.98 else "sigma-never-learned" if sigma == 1 else None,
    )


def assert_codes_used(student: Any, draw: Any, digits: data.Split) -> None:
    """Codes cost something, and images need their own."""
    figures = measure(*_model(student), digits.images, draw)
    for name, what in (
        ("rate", "The KL of the codes, in nats per image,"),
        ("error_ratio", "The error of an image decoded from another image's code, divided by that from its own,"),
    ):
        sentence = f"{what} is {{got}}; expected at least {{least}}: the codes hardly tell images apart."
        expect_at_least(threshold(LESSON, name), figures[name], sentence, _named(student, figures))


def _named(student: Any, figures: dict[str, float]) -> str | None:
    """The wrong idea that the figures prove."""
    sigma = student.run(probes.trained_sigma, list(PATH))
    if figures["error"] > UNTRAINED and figures["rate"] < 1:
        return "model-not-trained"
    if figures["rate"] < COLLAPSED:
        return "posterior-collapse"
    return "sigma-never-learned" if sigma == 1 and figures["rate"] > 1 else None


def _model(student: Any) -> tuple[Encode, Decode, float]:
    """The two halves of `trained_sigma_vae`, as functions of this process, and its σ."""
    encoder, decoder = trained_models.encoder(student, *PATH), trained_models.decoder(student, *PATH)
    sigma = student.run(probes.trained_sigma, list(PATH))
    expect(isinstance(sigma, float) and 1e-4 < sigma < 1e4, f"σ of the trained model is {sigma}.")

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        said = encoder(images)
        latents = said[0].shape[-1] if isinstance(said, tuple) and said and isinstance(said[0], Tensor) else 0
        shape = (len(images), latents)
        mu, log_var = assert_outputs(said, [shape, shape], ("mu", "log_var"), "`trained_sigma_vae.encoder`")
        expect(latents <= PIXELS, f"`trained_sigma_vae` has {latents} latents, more than an image has pixels.")
        return mu, log_var

    def decode(z: Tensor) -> Tensor:
        pixels = assert_tensor(decoder(z), (len(z), PIXELS), "`trained_sigma_vae.decoder(z)`")
        expect(bool(((pixels >= 0) & (pixels <= 1)).all()), "`trained_sigma_vae.decoder` gives pixels outside [0, 1].")
        return pixels

    return encode, decode, sigma
