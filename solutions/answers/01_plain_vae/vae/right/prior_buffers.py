from torch.distributions import Normal


class VAE(nn.Module):
    CHUNK = 100   # images decoded at a time

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim, input_dim)
        self.register_buffer("prior_loc", torch.zeros(latent_dim))
        self.register_buffer("prior_scale", torch.ones(latent_dim))

    @property
    def latent_dim(self):
        return self.prior_loc.numel()

    @property
    def prior(self):
        return Normal(self.prior_loc, self.prior_scale)

    @staticmethod
    def posterior(mu, log_var):
        return Normal(mu, torch.exp(0.5 * log_var), validate_args=False)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(self.posterior(mu, log_var).rsample()), mu, log_var

    def sample(self, n):
        with torch.no_grad():
            codes = self.prior.sample((n,))
            return torch.cat([self.decoder(part) for part in codes.split(self.CHUNK)])
