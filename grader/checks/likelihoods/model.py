"""Checks of `SigmaVAE`: its draws, its parameter `log_sigma`, and its loss, by the model's own two halves."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import oracles as kit_oracles
from grader.checks.kit import probes as kit
from grader.checks.kit.contracts import assert_model_unchanged
from grader.checks.kit.learning import assert_size
from grader.checks.kit.networks import NetworkSpec, assert_outputs, assert_part_width
from grader.checks.kit.sampling import (
    GROUPS,
    assert_decoder_answers,
    assert_fresh_draws,
    assert_same_images,
    differ,
    grouped,
    repeated,
    wrong_spreads,
)
from grader.checks.kit.slopes import assert_slopes
from grader.checks.kit.vocabulary import assert_matches, assert_rows, assert_tensor, expect, expect_at_least, fail
from grader.checks.likelihoods import oracles, probes

TIMES, REPEATS = 3000, 400
HUGE = 1e9  # a spread at which every pixel is 0 or 1; infinity would give nan
STEP = 2e-3
LEARNED = 0.8  # the share of variance in two-dimensional data that a trained model explains


def assert_draws(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """In both modes x_hat is what the decoder makes of z ~ N(mu, exp(log_var))."""
    assert_size(student, spec)
    model, images = spec.build(student), draw.uniform(GROUPS, spec.input_size)
    mu, log_var = _posterior(student, spec, model, images)
    noise = draw(GROUPS * TIMES, mu.shape[1])
    assert_decoder_answers(lambda z: _decoded(student, model, z), noise[: 20 * GROUPS])

    def images_for(deviation: Tensor, mean: Tensor = mu) -> Tensor:
        z = repeated(mean, TIMES) + repeated(deviation.clamp(max=HUGE), TIMES) * noise
        return grouped(_decoded(student, model, z), GROUPS)

    for training in (True, False):
        x_hat = student.run(kit.forward_images, model, training, repeated(images, TIMES))
        x_hat = grouped(assert_tensor(x_hat, (GROUPS * TIMES, spec.input_size), "x_hat"), GROUPS)
        right = images_for((log_var / 2).exp())
        suspects: dict[str, Tensor | list[Tensor]] = {}
        if differ(x_hat, right):
            suspects = {name: [images_for(one) for one in ways] for name, ways in wrong_spreads(log_var).items()}
            suspects["no-noise" if training else "no-noise-in-eval"] = images_for(0 * mu)
        what = f"In {'training' if training else 'evaluation'} mode x_hat is not what the decoder makes of a draw of z."
        assert_same_images(x_hat, right, suspects, what)
    inside = bool(((x_hat >= 0) & (x_hat <= 1)).all())  # far out a sigmoid is 0 or 1 in float32
    expect(inside, "x_hat leaves (0, 1): there is no sigmoid at the end.", "means-without-sigmoid")
    assert_fresh_draws(student.run(kit.draws, model, images))


def assert_encoder(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """The model hands on what its encoder says, image by image, and leaves modes and images alone."""
    model, x = spec.build(student), draw.uniform(5, spec.input_size)
    mu, log_var = _posterior(student, spec, model, x)
    (said,) = student.run(kit.outputs, model, x)
    shapes = [tuple(x.shape), tuple(mu.shape), tuple(mu.shape)]
    _, *of_model = assert_outputs(said, shapes, ("x_hat", "mu", "log_var"), "the model")
    swapped = {"mu-and-log-var-swapped": torch.cat([log_var, mu], dim=1)}
    of_encoder = torch.cat([mu, log_var], dim=1)
    assert_matches(torch.cat(of_model, dim=1), of_encoder, what="`mu` and `log_var`, side by side,", suspects=swapped)
    assert_model_unchanged(student, model, "", x)


def assert_log_sigma(student: Any, spec: NetworkSpec) -> None:
    """`log_sigma` is a parameter with one number, 0 at the start."""
    for sizes in (spec.sizes, {}):
        seen = student.run(probes.described_log_sigma, spec.name, sizes)
        registered = "`log_sigma` is not among the model's parameters: no optimizer would ever find it."
        expect(seen["parameter"], registered, "log-sigma-not-a-parameter" if seen["type"] == "Tensor" else None)
        value = assert_tensor(seen["value"], what="`log_sigma`")
        of_pixels = value.numel() == sizes.get("input_dim", 784)
        expect(
            tuple(value.shape) in ((), (1,)),
            f"Expected `log_sigma` to have shape () or (1,), got {tuple(value.shape)}.",
            "log-sigma-per-pixel" if of_pixels else None,
        )
        start = value.sum().item()
        named = "log-sigma-starts-as-sigma" if start == 1 else None
        expect(start == 0, f"Expected `log_sigma` to be 0 at the start, so that σ is 1; it is {start:g}.", named)


def assert_loss_value(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """The loss is the mean of the Gaussian term and the KL, at several σ, for codes that are drawn."""
    model, images = spec.build(student), draw.uniform(GROUPS, spec.input_size)
    batch = repeated(images, TIMES)
    wrong, fits, clear = "", list[set[str]](), set[str]()
    for value in (-0.6, 0.5):
        right, error, suspects = _expected_losses(student, spec, model, images, value, draw)
        (loss,) = student.run(probes.losses, model, value, True, batch)
        loss = assert_tensor(loss, (), "the loss").double().item()
        suspects["elbo-summed-over-batch"] = [(right * len(batch), error * len(batch))]
        fits.append({name for name, ways in suspects.items() if any(_is_near(loss, *way) for way in ways)})
        clear |= {name for name, ways in suspects.items() if any(_is_apart(right, error, *way) for way in ways)}
        if abs(loss - right) > error:
            wrong = wrong or (
                f"For log σ = {value:g} the loss of {len(batch)} images is {loss:.4f} nats; Gaussian term and KL, "
                f"averaged over images, make {right:.4f} (give or take {error:.2g}, which depends on the draws)."
            )
    ideas = set.intersection(*fits)
    expect(not wrong, wrong, next(iter(ideas)) if len(ideas) == 1 and ideas <= clear else None)


def _is_near(loss: float, way: float, error: float) -> bool:
    """Whether a loss is that of a wrong idea, as far as draws tell."""
    return abs(loss - way) <= error < math.inf


def _is_apart(right: float, error: float, way: float, error_of_way: float) -> bool:
    """Whether what a wrong idea gives cannot be taken for what is right."""
    return abs(way - right) > 2 * (error + error_of_way)


def _error(terms: Tensor) -> float:
    """Eight standard errors of the difference of two means of such terms, for `repeated` images, and rounding."""
    spread = terms.reshape(TIMES, GROUPS).std(0).square().mean().sqrt().item()
    return 8 * (2 / len(terms)) ** 0.5 * spread + 1e-4 * abs(terms.mean().item()) + 1e-4


def _expected_losses(
    student: Any, spec: NetworkSpec, model: Any, images: Tensor, value: float, draw: Any
) -> tuple[float, float, dict[str, list[tuple[float, float]]]]:
    """The expected loss of the repeated images and its error; what wrong ideas give, with errors of their own."""
    mu, log_var = _posterior(student, spec, model, images)
    x, pixels, sigma = repeated(images, TIMES), spec.input_size, float(torch.tensor(value).exp())
    noise = draw(GROUPS * TIMES, mu.shape[1])
    x_hat = _decoded(student, model, repeated(mu, TIMES) + repeated((log_var / 2).exp(), TIMES) * noise)
    terms, kl = oracles.gaussian_nll(x_hat, x, sigma), kit_oracles.gaussian_kl(mu, log_var).mean().item()
    ideas = oracles.gaussian_suspects(x_hat, x, sigma) | {
        "gaussian-sigma-is-log-sigma": oracles.gaussian_nll(x_hat, x, abs(value)),
        "gaussian-sigma-is-softplus": oracles.gaussian_nll(x_hat, x, math.log1p(math.exp(value))),
        "gaussian-sigma-left-at-one": oracles.gaussian_nll(x_hat, x, 1.0),
    }
    for name in ("gaussian-not-summed", "gaussian-reduced-over-batch"):
        del ideas[name]
    suspects = {
        name: [(one.mean().item() + kl, _error(one)) for one in (ways if isinstance(ways, list) else [ways])]
        for name, ways in ideas.items()
    }
    term, error = terms.mean().item(), _error(terms)
    in_pixels = draw(*x_hat.shape)
    noisy = [oracles.gaussian_nll(x_hat + width * in_pixels, x, sigma) for width in (sigma, 1.0)]
    suspects |= {
        "pixel-noise-in-the-loss": [(one.mean().item() + kl, _error(one)) for one in noisy],
        "elbo-kl-missing": [(term, error)],
        "elbo-reconstruction-missing": [(kl, 1e-4 * (1 + kl))],
        "elbo-kl-subtracted": [(term - kl, error)],
        "elbo-sign": [(-term - kl, error)],
        "elbo-mean-over-everything": [
            (way, error / pixels) for way in (term / pixels + kl / mu.shape[1], (term + kl) / pixels)
        ],
        "kl-mean-over-latents": [(term + kl / mu.shape[1], error)],
        "kl-missing-half": [(term + 2 * kl, error)],
    }
    return term + kl, error, suspects


def assert_one_draw(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """The loss of one image varies as one draw of z makes it vary, in both modes."""
    model, image = spec.build(student), draw.uniform(1, spec.input_size)
    mu, log_var = _posterior(student, spec, model, image)
    noise = draw(20 * REPEATS, mu.shape[1])
    x_hat = _decoded(student, model, mu + (log_var / 2).exp() * noise)
    right = oracles.gaussian_nll(x_hat, image.expand_as(x_hat), 0.5) + kit_oracles.gaussian_kl(mu, log_var)
    expect(right.std() > 1e-3, "The loss hardly depends on the code that is drawn: the decoder ignores it.")
    for training in (True, False):
        seen = student.run(probes.repeated_losses, model, float(torch.tensor(0.5).log()), training, image, REPEATS)
        mode = "training" if training else "evaluation"
        still = bool(assert_tensor(seen, (REPEATS,), "the losses").std() < 1e-6)
        named = "no-noise" if training else "no-noise-in-eval"
        expect(not still, f"In {mode} mode `loss` gives the same number each time: no code is drawn.", named)
        expect(
            not differ(seen[:, None], right[:, None]),
            f"In {mode} mode the loss of one image is {seen.mean():.3f} ± {seen.std():.3f} over {REPEATS} calls; one "
            f"draw of z for each makes {right.mean():.3f} ± {right.std():.3f}.",
        )


def assert_loss_gradients(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Gradients of the loss reach every parameter, `log_sigma` among them, and are its slopes in both modes."""
    x = draw.uniform(30, spec.input_size)
    largest: dict[str, float] = {}
    for _ in range(3):
        model = spec.build(student, 1.0)
        for training in (True, False):
            seen = student.run(probes.loss_slopes, model, -0.4, x, training, STEP)
            twice = student.run(probes.loss_slopes, model, -0.4, x, training, 2 * STEP)
            expect(bool(seen), "The model has no parameters that an optimizer could find.", "layers-not-registered")
            for name, (by_values, by_autograd) in seen.items():
                largest[name] = max(largest.get(name, 0.0), abs(by_values))
                agree = by_autograd is not None and abs(by_values - by_autograd) <= 0.05 * abs(by_values) + 0.1
                moves = abs(by_values) > 0.5
                off = abs(by_values - (by_autograd or 0.0))
                smooth = abs(by_values - twice[name][0]) <= 0.1 * off and off > 0.2 * abs(by_values)
                expect(
                    agree or (by_autograd is None and not moves),
                    f"The loss moves with the parameter `{name}`, but its gradient says otherwise: the graph is cut.",
                    "graph-cut" if moves and (smooth or not by_autograd) else None,
                )
    dead = [name for name, size in largest.items() if size < 1e-3]
    expect(not dead, f"The loss does not move with the parameters {', '.join(dead[:6])}.")


def assert_slope_of_log_sigma(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """The gradient with respect to `log_sigma` is D − ‖x − x_hat‖²/σ², averaged over images."""
    model, images = spec.build(student), draw.uniform(GROUPS, spec.input_size)
    mu, log_var = _posterior(student, spec, model, images)
    x = repeated(images, TIMES)
    x_hat = _decoded(
        student, model, repeated(mu, TIMES) + repeated((log_var / 2).exp(), TIMES) * draw(len(x), mu.shape[1])
    )
    for value in (-0.6, 0.5):
        sigma = torch.tensor(value, dtype=torch.float64).exp()
        slopes = spec.input_size - (x - x_hat).double().square().sum(1) / sigma**2
        spread = slopes.reshape(TIMES, GROUPS).std(0).square().mean().sqrt().item()
        errors = 8 * (2 / len(x)) ** 0.5 * spread + 1e-3
        gradient = student.run(probes.slope_of_log_sigma, model, value, x)
        expect(gradient is not None, "No gradient of the loss reaches `log_sigma`.")
        gradient = assert_tensor(gradient, what="the gradient").double().sum().item()
        expect(
            abs(gradient - slopes.mean().item()) <= errors,
            f"At log σ = {value:g} the gradient of the loss for `log_sigma` is {gradient:.3f}; expected "
            f"{slopes.mean().item():.3f} (give or take {errors:.2g}).",
        )


def assert_learns(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Trained on its own loss, the model rebuilds images of two hidden numbers, and its σ falls."""
    model = spec.build(student, 1.0, hidden_dim=32)
    hidden, mixing = draw(400, 2), 2 * draw(2, spec.input_size)
    images = torch.sigmoid(hidden @ mixing)
    made, sigma = student.run(probes.trained_by_loss, model, images[:200], images[200:], 200, 0.02)
    made = assert_tensor(made, (200, spec.input_size), "x_hat")
    share = 1 - ((made - images[200:]).square().mean() / images[200:].var(0).mean()).item()
    expect_at_least(
        100 * LEARNED,
        100 * max(share, 0.0),
        "Trained for 200 steps on its own loss, the model explains {got}% of the variance of new images; a VAE whose σ "
        "is learned explains over {least}%.",
    )
    if not 0 < sigma < 0.6:
        fail(f"After 200 steps on the loss σ is {sigma:.3f}; it should have fallen towards the errors that are left.")


def assert_loss_kept(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """The loss of one image is fine; parts have `hidden_dim` units and are registered; modes are left alone."""
    model = spec.build(student)
    (one,) = student.run(probes.losses, model, 0.0, True, draw.uniform(1, spec.input_size))
    assert_tensor(one, (), "the loss of one image")
    assert_model_unchanged(student, model, "loss", draw.uniform(5, spec.input_size))


def assert_parts(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Both parts have `hidden_dim` hidden units; the state holds all that outputs depend on; slopes are right."""
    for part, inputs in (("encoder", draw.uniform(60, 11)), ("decoder", 2 * draw(60, 5))):

        def outputs_for(width: int, part: str = part, inputs: Tensor = inputs) -> Any:
            return student.run(kit.part_outputs, spec.build(student, 1.0, hidden_dim=width), part, inputs)

        assert_part_width(part, outputs_for)
    x, weights = draw.uniform(30, spec.input_size), [draw(30, 11), draw(30, 5), draw(30, 5)]
    copied = student.run(kit.copied_weights, spec.name, spec.sizes, x)
    first, second, _ = (assert_tensor(one, what="the outputs") for one in copied)
    same = torch.allclose(first, second, rtol=1e-4, atol=1e-6)
    expect(same, "A `state_dict` loaded into another model does not give the same outputs.", "layers-not-registered")
    assert_slopes(student, [spec.build(student) for _ in range(2)], x, [x - x.roll(1, 0), x], weights)


def _decoded(student: Any, model: Any, z: Tensor) -> Tensor:
    images = assert_tensor(student.run(kit.part_outputs, model, "decoder", z), what="the decoder's images")
    return assert_rows(images, len(z), "images")


def _posterior(student: Any, spec: NetworkSpec, model: Any, images: Tensor) -> tuple[Tensor, Tensor]:
    said = student.run(kit.part_outputs, model, "encoder", images)
    shape = (len(images), spec.sizes["latent_dim"])
    mu, log_var = assert_outputs(said, [shape, shape], ("mu", "log_var"), "`encoder`")
    return mu, log_var
