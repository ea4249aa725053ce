# misconception: log-sigma-per-pixel
class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(input_dim))

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        nll = -torch.distributions.Normal(x_hat, self.log_sigma.exp()).log_prob(x).sum(1)
        return (nll + kl_divergence(mu, log_var)).mean()
