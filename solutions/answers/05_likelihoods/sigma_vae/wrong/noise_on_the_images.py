# misconception: pixel-noise-in-the-loss
class SigmaVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim, input_dim)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        sigma = self.log_sigma.exp()
        picture = x_hat + sigma * torch.randn(x.shape)
        return torch.mean(gaussian_nll(picture, x, sigma) + kl_divergence(mu, log_var))
