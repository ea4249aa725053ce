"""Seeds, and the random inputs that checks draw from them."""

from __future__ import annotations

import hashlib

import torch


def seed_of(use: str, seed: int) -> int:
    """A seed for one use, from which neither the grading seed nor the seed of another use can be told."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{use}".encode()).digest()[:6], "big")


class Draw:
    """Random inputs for one check, from the grading seed and the check's name: any selection of checks, same inputs."""

    def __init__(self, seed: int, check: str) -> None:
        self._generator = torch.Generator().manual_seed(seed_of(check, seed))

    def __call__(self, *shape: int) -> torch.Tensor:
        """Standard normal numbers, float32."""
        return torch.randn(*shape, generator=self._generator)

    def uniform(self, *shape: int) -> torch.Tensor:
        """Uniform numbers in [0.02, 0.98): pixels, and probabilities away from the ends."""
        return 0.02 + 0.96 * torch.rand(*shape, generator=self._generator)

    def bits(self, *shape: int) -> torch.Tensor:
        """Zeros and ones, float32."""
        return torch.randint(0, 2, shape, generator=self._generator).float()

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Integers from low to high - 1, int64."""
        return torch.randint(low, high, shape, generator=self._generator)
