class VAE(nn.Module):
    """Also samples in portions, so that any number fits into memory."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, portion=64):
        super().__init__()
        self.latent_dim, self.portion = latent_dim, portion
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim, input_dim)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var

    @torch.inference_mode()
    def sample(self, n):
        zeros = torch.zeros(n, self.latent_dim)
        z = reparameterize(zeros, zeros)
        return torch.cat([self.decoder(part) for part in z.split(self.portion)]).clone()
