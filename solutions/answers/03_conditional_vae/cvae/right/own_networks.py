class Conditioned(nn.Module):
    """An MLP of two inputs, joined."""

    def __init__(self, sizes, last):
        super().__init__()
        inputs, hidden, outputs = sizes
        self.mlp = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, outputs))
        self.last = last

    def forward(self, a, c):
        return self.last(self.mlp(torch.cat([a, c], dim=1)))


class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder = Conditioned((input_dim + num_classes, hidden_dim, 2 * latent_dim), lambda out: out.chunk(2, dim=1))
        self.decoder = Conditioned((latent_dim + num_classes, hidden_dim, input_dim), torch.sigmoid)
        self.latent_dim = latent_dim
        self.num_classes = num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        z = mu + torch.exp(0.5 * log_var) * torch.randn(mu.shape)
        return [self.decoder(z, c), mu, log_var]
