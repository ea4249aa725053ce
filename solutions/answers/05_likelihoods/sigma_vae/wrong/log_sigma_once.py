# misconception: gaussian-log-sigma-once
class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        return ((x - x_hat).square().sum(1) / (2 * self.log_sigma.exp() ** 2) + kl_divergence(mu, log_var)).mean() + self.log_sigma
