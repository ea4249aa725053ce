# tries: a tensor that a thread keeps changing while it is looked at; the values are wrong at every moment
# useless: kl_divergence
# %% exercise="kl_divergence"
import threading

import torch

restless = torch.zeros(5)
own = torch.Generator()


def stir():
    while True:
        restless.copy_(torch.randn(5, generator=own))


threading.Thread(target=stir, daemon=True).start()


def kl_divergence(mu, log_var):
    return restless[: len(mu)]
