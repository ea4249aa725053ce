# tries: columns and rows whose comparison by broadcasting would take gigabytes of the trusted process
# useless: kl_divergence
# %% exercise="kl_divergence"
import torch


def kl_divergence(mu, log_var):
    return torch.rand(60_000, 1)


# %% exercise="reparameterize"
import torch


def reparameterize(mu, log_var):
    return torch.rand(1, 60_000)


# %% honest="reparameterize"
def reparameterize(mu, log_var):
    return torch.rand(1, 6)
