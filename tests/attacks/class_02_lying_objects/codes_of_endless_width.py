# tries: codes so wide that the noise for them would take all memory of the trusted process
# %% exercise="vae"
class VAE(nn.Module):
    width = 500_000

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def encoder(self, x):
        return torch.zeros(len(x), self.width), torch.zeros(len(x), self.width)

    def decoder(self, z):
        return torch.rand(len(z), 11)

    def forward(self, x):
        return self.decoder(x), *self.encoder(x)

    def sample(self, n):
        return torch.zeros(n, 11)


# %% honest="vae"
class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def encoder(self, x):
        return torch.zeros(len(x), 100), torch.zeros(len(x), 100)

    def decoder(self, z):
        return torch.rand(len(z), 11)

    def forward(self, x):
        return self.decoder(x), *self.encoder(x)

    def sample(self, n):
        return torch.zeros(n, 11)
