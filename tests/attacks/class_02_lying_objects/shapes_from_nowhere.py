# tries: tensors without numbers but with enormous sizes, which cost memory when the other side follows them
# loses: encoder decoder
# %% exercise="encoder"
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return torch.empty(0, 2**40), torch.empty(0, 2**40)


# %% exercise="decoder"
class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, z):
        return torch.empty(2**40, 0)
