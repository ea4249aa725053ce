"""The probe for training with early stopping: its model is a stand-in whose losses are written down beforehand."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def, override"

import math

import torch
from torch import nn

from grader.checks.kit.stand_ins import Model, global_modes

SIZES = {"pixels": 200, "latents": 3}  # so many that no pixel needs a loss that a clamp cuts
KL = 0.5  # nats of every image


def ink():
    """The image that all batches consist of: some pixels 1, the others 0."""
    return (torch.arange(SIZES["pixels"]) * 7 % 5 < 2).float()


class Run:
    """What happens in one run of `fit`, and where it is to fail: [place, number of steps], or None."""

    def __init__(self, fails_at):
        self.fails_at, self.failed, self.met, self.live_loads = fails_at, False, [0], 0
        self.used, self.went_back = [], False

    def __deepcopy__(self, memo):
        return self  # what happens to a copy of the stand-in counts too

    def reach(self, place, steps):
        if self.fails_at is not None and [place, steps] == list(self.fails_at):
            self.failed = True
            raise RuntimeError("raised by the check")


class CountingEncoder(nn.Module):
    """Its one weight is 2⁻ⁿ after n steps; the codes say nothing, at a price."""

    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def forward(self, x):
        nothing = torch.zeros(len(x), SIZES["latents"]) + 0 * self.weight
        return nothing + (2 * KL / SIZES["latents"]) ** 0.5, nothing


class ScriptedDecoder(nn.Module):
    """After n steps every image of `ScriptedBatches` has the loss losses[n], and a gradient."""

    def __init__(self, weight, losses, run):
        super().__init__()
        self.weight, self.losses, self.run, self.inked = weight, losses, run, ink() > 0

    def forward(self, z):
        steps = round(-math.log2(self.weight.item()))
        self.run.reach("model", steps)
        self.run.went_back |= torch.is_grad_enabled() and steps < max(self.run.met)
        self.run.met.append(steps)
        certain = math.exp(-(self.losses[steps] - KL) / SIZES["pixels"]) * self.weight / self.weight.detach()
        return torch.where(self.inked, certain, 1 - certain).expand(len(z), -1)


class ScriptedModel(Model):
    """A stand-in for a VAE that counts when a state is loaded that refers to its live weights."""

    def __init__(self, losses, run):
        weight = nn.Parameter(torch.ones(1))
        super().__init__(CountingEncoder(weight), ScriptedDecoder(weight, losses, run), SIZES["latents"])
        self.run = run

    def load_state_dict(self, state_dict, *args, **kwargs):
        if state_dict is None:
            return None  # no epoch was the best: why not is seen from the epochs that are run, with no error in the way
        live = {weight.data_ptr() for weight in self.parameters()}
        self.run.live_loads += any(value.data_ptr() in live for value in dict(state_dict).values())
        return super().load_state_dict(state_dict, *args, **kwargs)

    def steps(self):
        return round(-math.log2(self.encoder.weight.item()))


class HalvingSGD(torch.optim.SGD):
    """Every step on a gradient halves the weights, whatever the learning rate is."""

    def step(self, closure=None):
        loss = None if closure is None else torch.enable_grad()(closure)()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None and weight.grad.any():
                    weight.data.mul_(0.5)
        return loss


class ScriptedBatches:
    """Batches of one and the same image; where they are used is told to the run."""

    def __init__(self, kind, sizes, model):
        self.kind, self.sizes, self.model, self.image = kind, sizes, model, ink()

    def __len__(self):
        return len(self.sizes)

    def __iter__(self):
        self.model.run.used.append(self.kind)
        for size in self.sizes:
            self.model.run.reach(f"{self.kind} batches", self.model.steps())
            yield self.image.repeat(size, 1)


def scripted_fit(names, losses, epochs, patience, *, batch_sizes, fails_at=None):
    """Runs `fit` on a stand-in whose loss is a known function of the number of optimizer steps.

    With `fails_at` = [place, n] the model, the train batches or the test batches raise an error when they are used
    after n steps. Brings back the history, whether that error came and whether `fit` raised one too, the number of
    steps that the weights have in the end, the epochs that were run, whether training went on from earlier weights, and
    what else can be seen.
    """
    run = Run(fails_at)
    model = ScriptedModel(losses, run)
    train, test = (ScriptedBatches(kind, batch_sizes, model) for kind in ("train", "test"))
    history, raised = None, False
    try:
        optimizer = HalvingSGD(model.parameters(), lr=1.0)
        history = names.fit(model, train, test, optimizer, epochs=epochs, patience=patience)
    except Exception:
        if not run.failed:
            raise
        raised = True
    return {
        "history": dict(history) if isinstance(history, dict) else history,
        "failed": run.failed,
        "raised": raised,
        "steps": model.steps(),
        "epochs": max(run.met) // len(batch_sizes),
        "live_loads": run.live_loads,
        "went_back": run.went_back,
        "used": run.used,
        "modes_after": global_modes(),
    }
