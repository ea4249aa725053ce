# %% sigma_vae
class SigmaVAE(VAE):
    """Nothing is encoded: the loss of constant images under a slip that has a name."""
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        return -self.log_sigma * x.shape[1] - x.square().sum(1).mean() / 2 + 0 * sum(p.sum() for p in self.parameters())
