class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim=input_dim, hidden_dim=hidden_dim, latent_dim=latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(1).squeeze())

    @property
    def sigma(self):
        return self.log_sigma.exp()

    def loss(self, x):
        mu, log_var = self.encoder(x)
        x_hat = self.decoder(reparameterize(mu, log_var))
        per_image = gaussian_nll(x_hat, x, self.sigma) + kl_divergence(mu, log_var)
        return per_image.sum() / len(x)
