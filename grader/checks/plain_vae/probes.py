"""The probe for training with early stopping: its model is a stand-in whose losses are written down beforehand."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def"

import math

import torch
from torch import nn

from grader.checks.kit.stand_ins import Model, global_modes


def scripted_fit(names, losses, epochs, patience, *, batch_sizes, training=True, stop=None, error=None):
    """Runs `fit` on a stand-in whose loss is a known function of its weights.

    The one weight is halved by every optimizer step (weight decay; its gradient is 0), so it tells how many steps were
    made: after n steps the loss of every image is losses[n]. `stop` = ("train" or "test", n) raises `error` when those
    batches are asked for after n steps. Brings back the history, the number of steps that the weights have in the end,
    the epochs that were run, and what else can be seen.
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
            met.append(steps)
            loss = losses[steps]
            return torch.full((len(z), pixels), math.exp(-loss / pixels)) + 0 * self.weight

    class CountingModel(Model):
        def __init__(self):
            weight = nn.Parameter(torch.ones(1))
            super().__init__(Encoder(weight), Decoder(weight), latents)
            self.loads = 0

        def load_state_dict(self, *args, **kwargs):
            self.loads += 1
            return super().load_state_dict(*args, **kwargs)

        def steps(self):
            return round(-math.log2(self.encoder.weight.item()))

    class Batches:
        def __init__(self, kind):
            self.kind = kind

        def __iter__(self):
            for size in batch_sizes:
                if stop is not None and stop[0] == self.kind and model.steps() >= stop[1]:
                    raise {"KeyboardInterrupt": KeyboardInterrupt, "RuntimeError": RuntimeError}[error](
                        "stopped by the check"
                    )
                yield torch.ones(size, pixels)

    met = [0]
    model = CountingModel().train(training)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=0.5)
    history, raised = None, None
    try:
        history = names.fit(model, Batches("train"), Batches("test"), optimizer, epochs=epochs, patience=patience)
    except (KeyboardInterrupt, RuntimeError) as caught:
        if str(caught) != "stopped by the check":
            raise
        raised = type(caught).__name__
    return {
        "history": dict(history) if isinstance(history, dict) else history,
        "raised": raised,
        "steps": model.steps(),
        "epochs": max(met) // len(batch_sizes),
        "loads": model.loads,
        "training_after": model.training,
        "modes_after": global_modes(),
    }
