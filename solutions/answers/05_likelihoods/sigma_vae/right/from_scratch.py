class SigmaVAE(nn.Module):
    """Everything anew."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, input_dim), nn.Sigmoid())
        self.register_parameter("log_sigma", nn.Parameter(torch.zeros(1)))

    def forward(self, x):
        mu, log_var = self.encoder(x)
        q = torch.distributions.Normal(mu, (0.5 * log_var).exp())
        return self.decoder(q.rsample()), mu, log_var

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        p = torch.distributions.Normal(x_hat, self.log_sigma.exp())
        kl = torch.distributions.kl_divergence(
            torch.distributions.Normal(mu, (0.5 * log_var).exp()), torch.distributions.Normal(0.0, 1.0)
        )
        return (kl.sum(1) - p.log_prob(x).sum(1)).mean()
