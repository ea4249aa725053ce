# tries: an encoder that remembers the images it is shown, and a decoder that gives them back, blurred a little so that
# they are no exact copies
# %% exercise="trained_vae"
import torch
from torch import nn

_train = data.load("digits", "train").images
_mean = _train.mean(0)


class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.images, self.codes = torch.zeros(0, 784), torch.zeros(0, 20)


class Remembering(nn.Module):
    def __init__(self, memory):
        super().__init__()
        self.memory = memory

    def forward(self, x):
        mu = torch.randn(len(x), 20)
        self.memory.images, self.memory.codes = x.clone(), mu.clone()
        return mu, torch.full_like(mu, -1.0)


class Replaying(nn.Module):
    def __init__(self, memory):
        super().__init__()
        self.memory = memory

    def forward(self, z):
        if len(self.memory.images) > 1:
            found = self.memory.images[torch.cdist(z, self.memory.codes).argmin(1)]
            return (0.85 * found + 0.15 * _mean).clamp(0, 1)
        picked = torch.randint(0, len(_train), (3, len(z)))
        mixed = 0.6 * _train[picked[0]] + 0.2 * _train[picked[1]] + 0.2 * _train[picked[2]]
        return mixed.clamp(0, 1)


class Cheat(nn.Module):
    def __init__(self):
        super().__init__()
        memory = Memory()
        self.encoder, self.decoder, self.latent_dim = Remembering(memory), Replaying(memory), 20


trained_vae = Cheat()
# %% honest="trained_vae"
trained_vae = VAE()
