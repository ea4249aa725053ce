# tries: float8, bool, complex, sparse, quantized, meta and nested tensors in place of float32 numbers
# useless: kl_divergence reconstruction_loss negative_elbo
# %% exercise="kl_divergence"
import torch


def kl_divergence(mu, log_var):
    return torch.zeros(len(mu), dtype=torch.float8_e4m3fn)


# %% exercise="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    return torch.zeros(len(x), device="meta", requires_grad=True)


# %% exercise="negative_elbo"
def negative_elbo(x, x_hat, mu, log_var):
    return torch.sparse_coo_tensor(torch.zeros(1, 1, dtype=torch.long), torch.ones(1), (5,))
