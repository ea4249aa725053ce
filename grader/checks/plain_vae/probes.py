"""The probe for training with early stopping: its model is a stand-in whose losses are written down beforehand."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def"

import math

import torch
from torch import nn

from grader.checks.kit.stand_ins import Model, global_modes


def scripted_fit(names, losses, epochs, patience, *, batch_sizes, fails_at=None):
    """Runs `fit` on a stand-in whose loss is a known function of its weights.

    The one weight is halved by every optimizer step (weight decay; its gradient is 0), so it tells how many steps were
    made: after n steps the loss of every image is losses[n]. With `fails_at` = [place, n] the model, the train batches
    or the test batches raise an error when they are used after n steps. Brings back the history, whether that error
    came and whether `fit` raised one too, the number of steps that the weights have in the end, the epochs that were
    run, and what else can be seen.
    """
    pixels, latents = 6, 3

    class Encoder(nn.Module):
        def __init__(self, weight):
            super().__init__()
            self.weight = weight

        def forward(self, x):
            nothing = torch.zeros(len(x), latents) + 0 * self.weight
            return nothing, nothing

    class Decoder(nn.Module):
        def __init__(self, weight):
            super().__init__()
            self.weight = weight

        def forward(self, z):
            steps = round(-math.log2(self.weight.item()))
            fail_at("model", steps)
            met.append(steps)
            loss = losses[steps]
            return torch.full((len(z), pixels), math.exp(-loss / pixels)) + 0 * self.weight

    class CountingModel(Model):
        def __init__(self):
            weight = nn.Parameter(torch.ones(1))
            super().__init__(Encoder(weight), Decoder(weight), latents)
            self.live_loads = 0  # of a state that refers to the live weights

        def load_state_dict(self, state_dict, *args, **kwargs):
            live = {weight.data_ptr() for weight in self.parameters()}
            self.live_loads += any(value.data_ptr() in live for value in dict(state_dict).values())
            return super().load_state_dict(state_dict, *args, **kwargs)

        def steps(self):
            return round(-math.log2(self.encoder.weight.item()))

    class Batches:
        def __init__(self, kind):
            self.kind = kind

        def __iter__(self):
            for size in batch_sizes:
                fail_at(f"{self.kind} batches", model.steps())
                yield torch.ones(size, pixels)

    met, failed, raised = [0], False, False

    def fail_at(place, steps):
        nonlocal failed
        if fails_at is not None and [place, steps] == list(fails_at):
            failed = True
            raise RuntimeError("raised by the check")

    model = CountingModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=0.5)
    history = None
    try:
        history = names.fit(model, Batches("train"), Batches("test"), optimizer, epochs=epochs, patience=patience)
    except Exception:
        if fails_at is None:
            raise
        raised = True
    return {
        "history": dict(history) if isinstance(history, dict) else history,
        "failed": failed,
        "raised": raised,
        "steps": model.steps(),
        "epochs": max(met) // len(batch_sizes),
        "live_loads": model.live_loads,
        "modes_after": global_modes(),
    }
