class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        return (
            ((x - x_hat) ** 2).sum(1) * torch.exp(-2 * self.log_sigma) / 2
            + x.shape[1] * (self.log_sigma + 0.5 * math.log(2 * math.pi))
            + 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(1)
        ).mean()
