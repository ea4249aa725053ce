"""Checks of the two draws of a joint VAE: what the decoder gets is a z from its Gaussian, and a soft face at tau."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import oracles, probes
from grader.checks.discrete_latents.joint import (
    DECODER,
    FACES,
    PIXELS,
    TAU,
    assert_corners_differ,
    assert_size,
    codes,
    face_effects,
    moves_with_temperature,
    said,
    whole_model,
)
from grader.checks.kit.probes import draws, forward_images
from grader.checks.kit.sampling import (
    GROUPS,
    assert_fresh_draws,
    assert_same_images,
    differ,
    grouped,
    repeated,
    wrong_spreads,
)
from grader.checks.kit.vocabulary import assert_tensor, expect

TIMES = 5000
OF_THE_FACE = ("face-without-noise", "most-probable-face", "hard-face-in-forward", "temperature-ignored")


def assert_decodes_draws(student: Any, draw: Any, *, training: bool) -> None:
    """x_hat is distributed as the decoder's answer to draws of z and of a soft c at the given temperature."""
    assert_size(student)
    images = draw.uniform(GROUPS, PIXELS)
    by_hand = _most_telling(student, images, draw)
    right = by_hand.images(by_hand.sigma, by_hand.soft)
    spread = right.std(0).max().item()
    expect(spread > 0.02, f"The decoder's images hardly differ, whatever the codes: by {spread:.2g} at any pixel.")
    x_hat = _drawn(student, by_hand.whole, images, training=training)
    if not differ(x_hat, right):
        assert_fresh_draws(student.run(draws, by_hand.whole, images), "images", "noise-from-a-fixed-generator")
        _assert_temperature_used(student, by_hand.whole, draw, training=training)
        return
    _assert_rows_apart(student, by_hand.whole, images)
    mode = "training" if training else "evaluation"
    only_here = not training and not differ(_drawn(student, by_hand.whole, images, training=True), right)
    suspects = by_hand.suspects()
    if only_here:
        suspects = {"no-noise-in-eval": suspects["no-noise"]} | {name: suspects[name] for name in OF_THE_FACE}
    what = f"In {mode} mode x_hat is not what the decoder makes of z ~ N(mu, exp(log_var)) and a soft sample c at tau."
    assert_same_images(x_hat, right, suspects, what)


def _drawn(student: Any, whole: Any, images: Tensor, *, training: bool) -> Tensor:
    """x_hat of images, each TIMES times over, (TIMES, GROUPS · PIXELS)."""
    x_hat = student.run(forward_images, whole, training, repeated(images, TIMES))
    return grouped(assert_tensor(x_hat, (GROUPS * TIMES, PIXELS), "x_hat"), GROUPS)


def _assert_rows_apart(student: Any, whole: Any, images: Tensor) -> None:
    """Where only c is drawn, or only z, equal images of a batch are decoded from draws of their own."""
    same = images[:1].expand(50, -1).contiguous()
    for letter, certain, name in (("c", False, "noise-shared-across-rows"), ("z", True, "noise-shared-across-batch")):
        given = student.run(probes.with_one_draw, whole, same, certain)
        if given is None:
            return
        first, second = (assert_tensor(one, (50, PIXELS), "x_hat") for one in given)
        alike = all(bool((one - one[:1]).abs().max() < 1e-6) for one in (first, second))
        shared = alike and bool((first[0] - second[0]).abs().max() > 1e-4)
        expect(not shared, f"All images of a batch get the same noise in the draw of {letter}.", name)


@dataclass(frozen=True)
class ByHand:
    """A model, what its encoder says about some images, and draws that are made here."""

    student: Any
    whole: Any
    mu: Tensor
    log_var: Tensor
    logits: Tensor
    noise: Tensor
    luck: Tensor

    @property
    def sigma(self) -> Tensor:
        return (self.log_var / 2).exp()

    @property
    def many(self) -> Tensor:
        """The logits of each draw."""
        return repeated(self.logits, TIMES).double()

    @property
    def soft(self) -> Tensor:
        return ((self.many + self.luck) / TAU).softmax(1)

    def images(self, deviation: Tensor, c: Tensor, mean: Tensor | None = None) -> Tensor:
        """What the decoder makes of such z and c, (TIMES, GROUPS · PIXELS)."""
        z = repeated(self.mu if mean is None else mean, TIMES) + repeated(deviation, TIMES) * self.noise
        x_hat = self.student.run(probes.decoded, self.whole, z, c.float())
        return grouped(assert_tensor(x_hat, (GROUPS * TIMES, PIXELS), "decoded images"), GROUPS)

    def suspects(self) -> dict[str, list[Tensor]]:
        """What wrong draws make of the images."""
        sigma, none = self.sigma, torch.zeros_like(self.sigma)
        top = torch.eye(FACES)[self.many.argmax(1)]
        fair, tempered = self.many.softmax(1), (self.many / TAU).softmax(1)
        spreads = wrong_spreads(self.log_var).items()
        of_codes = {name: [self.images(one.clamp(max=1e9), self.soft) for one in ways] for name, ways in spreads}
        of_faces = {name: [self.images(sigma, c) for c in ways] for name, ways in self.faces().items()}
        return (
            of_codes
            | of_faces
            | {
                "no-noise": [self.images(none, c) for c in (self.soft, fair, tempered, top)],
                "code-ignored": [self.images(torch.ones_like(sigma), self.soft, none)],
            }
        )

    def faces(self) -> dict[str, list[Tensor]]:
        """What wrong ideas take for a soft face."""
        many, luck, fair = self.many, self.luck, self.many.softmax(1)
        return {
            "hard-face-in-forward": [torch.eye(FACES)[(many + luck).argmax(1)]],
            "temperature-ignored": [((many + luck) / tau).softmax(1) for tau in (1.0, 0.5, 2 / 3)],
            "face-without-noise": [(many / TAU).softmax(1), fair],
            "most-probable-face": [torch.eye(FACES)[many.argmax(1)]],
            "logits-for-the-face": [many],
            "probabilities-taken-for-logits": [((fair + luck) / TAU).softmax(1)],
        }


def _most_telling(student: Any, images: Tensor, draw: Any) -> ByHand:
    """Of several models with few latents, the one whose images betray most of the wrong faces."""
    best, most = None, -1
    for _ in range(6):
        whole = whole_model(student, 2.2, latent_dim=1)
        mu, log_var, logits = said(student, whole, images, latents=1)
        noise, luck = draw(GROUPS * TIMES, 1), oracles.gumbel_draws(draw, GROUPS * TIMES, FACES)
        one = ByHand(student, whole, mu, log_var, logits, noise, luck)
        right = one.images(one.sigma, one.soft)
        wrong = [c for name, ways in one.faces().items() for c in ways[:1] if name != "temperature-ignored"]
        telling = sum(differ(one.images(one.sigma, c), right) for c in wrong)
        if telling > most:
            best, most = one, telling
        if most == len(wrong):
            break
    assert best is not None
    return best


def _assert_temperature_used(student: Any, whole: Any, draw: Any, *, training: bool) -> None:
    """Another temperature gives other images, whatever was drawn."""
    decoder, rows = DECODER.build(student), codes(draw, 30)
    assert_corners_differ(student, decoder, rows)
    in_training, in_evaluation = moves_with_temperature(student, whole, draw.uniform(60, PIXELS))
    apart = in_training if training else in_evaluation
    name = "temperature-ignored" if face_effects(student, decoder, rows) else None
    expect(apart, "Under one seed the images do not depend on tau.", name)
