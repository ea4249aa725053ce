# tries: to seed and to patch the random generators, so that noise is always zero
# loses: reparameterize
# %% exercise="reparameterize"
import torch

saved = dict(vars(torch)), torch.Tensor.normal_, torch.Tensor.uniform_
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
# Put back, so that what the other exercises earn does not depend on it.
vars(torch).update(saved[0])
torch.Tensor.normal_, torch.Tensor.uniform_ = saved[1:]
