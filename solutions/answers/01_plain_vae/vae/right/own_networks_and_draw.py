class Half(nn.Module):
    def __init__(self, sizes, heads=1):
        super().__init__()
        self.first = nn.Linear(sizes[0], sizes[1])
        self.last = nn.Linear(sizes[1], sizes[2] * heads)
        self.heads = heads

    def forward(self, v):
        out = self.last(torch.tanh(self.first(v)))
        return out.sigmoid() if self.heads == 1 else tuple(out.chunk(self.heads, dim=1))


class VAE(nn.Module):
    def __init__(self, input_dim: int = 784, hidden_dim: int = 400, latent_dim: int = 20) -> None:
        super().__init__()
        self.encoder = Half((input_dim, hidden_dim, latent_dim), heads=2)
        self.decoder = Half((latent_dim, hidden_dim, input_dim))
        self.size = latent_dim

    def forward(self, x: torch.Tensor):
        mu, log_var = self.encoder(x)
        noise = torch.empty_like(mu).normal_()
        return self.decoder(mu + noise * torch.exp(log_var / 2)), mu, log_var

    def sample(self, n: int) -> torch.Tensor:
        prior = torch.distributions.Normal(0.0, 1.0)
        with torch.no_grad():
            return self.decoder(prior.sample((n, self.size)))
