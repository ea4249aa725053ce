# tries: outputs so large that comparing them would keep the trusted process busy for hours
# loses: encoder
# stubs: vae trained_vae
# %% exercise="encoder"
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        big = torch.randn(2500, 1500) + 0 * self.weight
        return big, big + 1
