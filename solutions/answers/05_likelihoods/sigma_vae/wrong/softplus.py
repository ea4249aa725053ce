# misconception: gaussian-sigma-is-softplus
class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        width = nn.functional.softplus(self.log_sigma)
        return (gaussian_nll(x_hat, x, width) + kl_divergence(mu, log_var)).mean()
