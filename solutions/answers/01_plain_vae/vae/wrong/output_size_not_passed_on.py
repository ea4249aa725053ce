# misconception: sizes-hard-coded
class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim)
        self.noise = {}

    def forward(self, x):
        mu, log_var = self.encoder(x)
        noise = torch.randn(mu.shape)
        return self.decoder(mu + (log_var / 2).exp() * noise), mu, log_var

    @torch.no_grad()
    def sample(self, n):
        return self.decoder(torch.randn(n, self.latent_dim))
