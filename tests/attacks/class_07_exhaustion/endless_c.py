# slow
# tries: a cell and an answer that never end, in C, where Python's signals are not looked at
# loses: evaluate
# %% after="encoder"
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
(10**7) ** (10**7)


# %% exercise="evaluate"
import torch


def evaluate(model, batches):
    x = torch.randn(3000, 3000, dtype=torch.float64)
    for _ in range(1000):
        torch.linalg.svd(x)
