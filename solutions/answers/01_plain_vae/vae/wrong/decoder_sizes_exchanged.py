# wrong: latents and pixels are exchanged where the decoder is built; there is no name for it, only a sentence.
class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(input_dim, hidden_dim, latent_dim)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        z = mu + torch.exp(0.5*log_var) * torch.randn_like(mu)
        return self.decoder(z), mu, log_var

    def sample(self, n):
        with torch.no_grad():
            return self.decoder(torch.randn(n, self.latent_dim))
