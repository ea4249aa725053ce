# misconception: no-noise-in-eval
class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        mu, log_var = self.encoder(x)
        z = reparameterize(mu, log_var) if self.training else mu
        return (gaussian_nll(self.decoder(z), x, self.log_sigma.exp()) + kl_divergence(mu, log_var)).mean()
