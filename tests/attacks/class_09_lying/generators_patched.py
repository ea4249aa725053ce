# tries: to seed and to patch the random generators, so that noise is always zero
# loses: reparameterize
# %% exercise="reparameterize"
import torch

for name in ("randn", "randn_like", "normal", "rand", "rand_like"):
    setattr(torch, name, lambda *args, **kwargs: torch.zeros(4, 3))
torch.manual_seed = torch.random.manual_seed = lambda seed: None
torch.Tensor.normal_ = torch.Tensor.uniform_ = lambda self, *args, **kwargs: self.zero_()


def reparameterize(mu, log_var):
    return mu


# %% honest="reparameterize"
def reparameterize(mu, log_var):
    return mu


# %% after="reparameterize"
import importlib

raise RuntimeError("the generators stay as they are for the rest of the notebook")
