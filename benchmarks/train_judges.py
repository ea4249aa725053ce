"""Train the judges whose weights lie in vaelab/metrics.

    VAELAB_DATA=... python benchmarks/train_judges.py [digits] [mnist] [fashion-mnist]

Prints the test accuracies and writes the weights, vaelab/metrics/*.safetensors. One core, a few minutes. Each judge
sees shifted and blurred images too: samples of a VAE are both.
"""

from __future__ import annotations

import sys
import time

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from vaelab import data, metrics

EPOCHS = {"digits": 60, "mnist": 8, "fashion-mnist": 12}
LEARNING_RATE = 4e-3
SHIFT = 2  # pixels


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    for name in names or metrics.JUDGES:
        started = time.perf_counter()
        network = train(name)
        accuracy = measure(network, name)
        weights = {key: value.contiguous() for key, value in network.state_dict().items()}
        save_file(weights, metrics.judge_file(name), metadata={"accuracy": f"{accuracy:.4f}", "data": name})
        print(f"{name:14s} test accuracy {accuracy:.2%}   trained in {time.perf_counter() - started:.0f} s")


def train(name: str) -> nn.Sequential:
    """A judge's network, fitted to the training split with Adam and a one-cycle learning rate."""
    torch.manual_seed(0)
    loader = data.batches(*data.load(name, "train"), batch_size=128, shuffle=True)
    network = metrics.judge_network()
    optimizer = torch.optim.Adam(network.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, len(loader) * EPOCHS[name])
    for _ in range(EPOCHS[name]):
        for images, labels in loader:
            logits = network(distort(images.view(-1, 1, data.SIDE, data.SIDE)))
            loss = F.cross_entropy(logits, labels, label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network


def distort(images: Tensor) -> Tensor:
    """The batch (B, 1, H, W), shifted by up to `SHIFT` pixels, and a third of the time blurred."""
    shift = torch.randint(-SHIFT, SHIFT + 1, (2,)).tolist()
    images = images.roll(shift, dims=(2, 3))
    return F.avg_pool2d(images, 3, stride=1, padding=1) if torch.rand(()) < 1 / 3 else images


def measure(network: nn.Sequential, name: str) -> float:
    """The share of the test split that the network classifies correctly."""
    images, labels = data.load(name, "test")
    verdicts = metrics.Judge(name, network, accuracy=0.0)(images).argmax(dim=1)
    return (verdicts == labels).float().mean().item()


if __name__ == "__main__":
    main(sys.argv[1:])
