# misconception: noise-the-same-in-every-call
class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim, input_dim)
        self.noise = {}

    def forward(self, x):
        mu, log_var = self.encoder(x)
        if len(x) not in self.noise:
            self.noise[len(x)] = torch.randn(mu.shape)
        noise = self.noise[len(x)]
        return self.decoder(mu + (log_var / 2).exp() * noise), mu, log_var

    @torch.no_grad()
    def sample(self, n):
        return self.decoder(torch.randn(n, self.latent_dim))
