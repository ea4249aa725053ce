# slow
# tries: an answer of a gigabyte, and one that a frame's length alone announces
# loses: kl_divergence reconstruction_loss
# %% exercise="kl_divergence"
import torch


def kl_divergence(mu, log_var):
    return torch.zeros(2**28)


# %% exercise="reconstruction_loss"
import os


def reconstruction_loss(x_hat, x):
    os.write(3, b"\xff\xff\xff\xff" + bytes(2**20))
