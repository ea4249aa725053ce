"""What is right for the functions that use a CVAE, and what the known wrong ideas would give, on a stand-in.

Everything is in float64. Suspects map a misconception's id to the value, or values, that it gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae.networks import one_hot
from grader.checks.kit.oracles import Suspects

PIXELS = 12


@dataclass(frozen=True)
class StandIn:
    """The weights of the stand-in, and what it gives (see `probes`), in float64."""

    weights: dict[str, Tensor]
    latents: int
    classes: int

    @classmethod
    def drawn(cls, draw: Any, latents: int = 3, classes: int = 4) -> StandIn:
        w = torch.cat([torch.linalg.qr(draw(PIXELS, latents))[0].T * 0.9, draw(classes, PIXELS) * 0.8])
        weights = {"m": draw(PIXELS + classes, latents), "v": draw(PIXELS + classes, latents) / 3, "w": w}
        return cls(weights, latents, classes)

    def codes(self, x: Tensor, c: Tensor, head: str = "m") -> Tensor:
        weight = self.weights[head].double()
        a, b = x.double() @ weight[: x.shape[1]], c.double() @ weight[x.shape[1] :]
        return a + b + a * b

    def images(self, z: Tensor, c: Tensor) -> Tensor:
        w = self.weights["w"].double()
        a, b = z.double() @ w[: self.latents], c.double() @ w[self.latents :]
        return torch.sigmoid(torch.asinh(2 * a) * (1 + torch.tanh(b) / 2) + b)

    def one_hot(self, labels: Tensor) -> Tensor:
        return one_hot(labels, self.classes)

    def codes_behind(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The codes (K, B, L) that give these images under each class, the last without one, and the misfits (K, B)."""
        logits = images.double().clamp(1e-9, 1 - 1e-9).logit()
        w = self.weights["w"].double()
        templates = torch.cat([w[self.latents :], torch.zeros(1, PIXELS)])
        rest = torch.sinh((logits - templates[:, None]) / (1 + torch.tanh(templates) / 2)[:, None]) / 2
        codes = rest @ torch.linalg.pinv(w[: self.latents])
        return codes, (rest - codes @ w[: self.latents]).abs().amax(2)


def grid_of_codes(side: int, extent: float) -> Tensor:
    """The codes of a style grid, written out one by one."""
    step = 2 * extent / (side - 1)
    cells = [(-extent + column * step, extent - row * step) for row in range(side) for column in range(side)]
    return torch.tensor(cells, dtype=torch.float64)


def grid_suspects(model: StandIn, label: int, side: int, extent: float) -> Suspects:
    """The images of wrong grids, and of the right one under no label or another."""
    codes = grid_of_codes(side, extent)
    c = model.one_hot(torch.full((len(codes),), label))
    z1, z2 = codes[:, :1], codes[:, 1:]
    open_end = torch.arange(side) * 2 * extent / side - extent
    inner = (torch.arange(side) + 0.5) * 2 * extent / side - extent
    quantiles = torch.special.ndtri(torch.linspace(0.05, 0.95, side))

    def square(line: Tensor, down: Tensor | None = None) -> Tensor:
        down = line.flip(0) if down is None else down
        return torch.stack([line.repeat(side), down.repeat_interleave(side)], 1)

    others = [k for k in range(model.classes) if k != label]
    return {
        "grid-upside-down": model.images(torch.cat([z1, -z2], 1), c),
        "grid-transposed": [
            model.images(torch.cat([z2, z1], 1), c),
            model.images(torch.cat([-z2, z1], 1), c),
            model.images(torch.cat([z2, -z1], 1), c),
            model.images(torch.cat([-z2, -z1], 1), c),
        ],
        "grid-mirrored": [model.images(torch.cat([-z1, s * z2], 1), c) for s in (1, -1)],
        "grid-ends-missing": [
            *(model.images(square(line), c) for line in (open_end, inner, -open_end.flip(0), quantiles)),
            model.images(square(open_end, -open_end), c),
        ],
        "grid-extent-ignored": [
            model.images(codes / extent * fixed, c) for fixed in (1, 2, 3) if fixed not in (extent / 2, 2 * extent)
        ],
        "grid-half-extent": model.images(codes / 2, c),
        "grid-not-centred": [model.images(codes / 2 + torch.tensor([extent / 2, s * extent / 2]), c) for s in (1, -1)],
        "code-at-zero": model.images(0 * codes, c),
        "label-ignored": [
            model.images(codes, 0 * c),
            *(model.images(codes, model.one_hot(torch.full((len(codes),), k))) for k in others),
        ],
    }


def swap_suspects(model: StandIn, x: Tensor, c: Tensor, new_c: Tensor) -> Suspects:
    """The images of wrong codes, and of codes under wrong labels, for a swap from c to new_c."""
    mu, nothing = model.codes(x, c), torch.full_like(c, 1 / model.classes)
    return {
        "label-not-swapped": model.images(mu, c),
        "encoded-under-new-label": model.images(model.codes(x, new_c), new_c),
        "labels-exchanged": model.images(model.codes(x, new_c), c),
        "label-ignored": [
            model.images(mu, 0 * c),
            *(model.images(model.codes(x, constant), new_c) for constant in (0 * c, nothing)),
        ],
        "one-label-for-all": [
            model.images(model.codes(x, of_encoder), of_decoder)
            for row in (0, -1)
            for of_encoder, of_decoder in (
                (c, new_c[row].expand_as(c)),
                (c[row].expand_as(c), new_c),
                (c[row].expand_as(c), new_c[row].expand_as(c)),
            )
        ],
        "code-at-zero": model.images(0 * mu, new_c),
        "log-var-as-code": model.images(model.codes(x, c, "v"), new_c),
        "labels-mixed": [
            model.images(mu, both) for both in ((c + new_c) / 2, c + new_c, (c + new_c).clamp(max=1), new_c - c)
        ],
    }


def code_suspects(model: StandIn, x: Tensor, c: Tensor, sizes: tuple[int, ...]) -> Suspects:
    """Wrong codes of images that came in batches of these sizes."""
    mu, nothing = model.codes(x, c), torch.full_like(c, 1 / model.classes)
    short = {}
    if len(sizes) > 2 and sizes[-1] < sizes[0]:
        room = torch.zeros(len(sizes) * sizes[0] - len(mu), mu.shape[1]).double()
        short = {"short-batch-left-out": mu[: -sizes[-1]], "room-for-full-batches": torch.cat([mu, room])}
    return short | {
        "log-var-as-code": model.codes(x, c, "v"),
        "label-ignored": [model.codes(x, 0 * c), model.codes(x, nothing)],
        "codes-of-one-batch": [mu[-sizes[-1] :], mu[: sizes[0]]],
    }
