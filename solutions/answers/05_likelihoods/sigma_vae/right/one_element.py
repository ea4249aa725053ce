class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.tensor([0.0]))

    def loss(self, x):
        x_hat, mu, log_var = self.forward(x)
        nll = gaussian_nll(x_hat, x, torch.exp(self.log_sigma)).mean()
        return nll + kl_divergence(mu, log_var).mean()
