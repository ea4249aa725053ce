class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        mu, log_var = self.encoder(x)
        draws = [gaussian_nll(self.decoder(reparameterize(mu, log_var)), x, self.log_sigma.exp()) for _ in range(10)]
        return (sum(draws) / 10 + kl_divergence(mu, log_var)).mean()
