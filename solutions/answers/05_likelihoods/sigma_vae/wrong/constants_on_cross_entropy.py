# misconception: gaussian-constants-on-cross-entropy
class SigmaVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def loss(self, x):
        return negative_elbo(x, *self(x)) + x.shape[1] * self.log_sigma
