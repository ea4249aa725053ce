# tries: to get megabytes of text into a message through data that is quoted: the names of parameters
# loses: encoder
# stubs: vae trained_vae
# %% exercise="encoder"
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.sizes = latent_dim
        for letter in "abc":
            self.register_parameter(letter * 900_000, nn.Parameter(torch.zeros(1)))

    def forward(self, x):
        code = x[:, : self.sizes] * 1.0
        return code, code


# %% honest="encoder"
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.sizes = latent_dim
        self.a = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        code = x[:, : self.sizes] * 1.0
        return code, code
