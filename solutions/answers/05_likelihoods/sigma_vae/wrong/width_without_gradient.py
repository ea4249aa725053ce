# misconception: graph-cut
class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(1))

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        width = self.log_sigma.data.exp()
        error = ((x - x_hat) / width).square().sum(dim=1) / 2
        constants = x.shape[1] * (self.log_sigma + math.log(2 * math.pi) / 2)
        return (error + constants + kl_divergence(mu, log_var)).mean()
