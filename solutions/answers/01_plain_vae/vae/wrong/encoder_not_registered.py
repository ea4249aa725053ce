# misconception: layers-not-registered
class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.parts = {
            "encoder": Encoder(input_dim, hidden_dim, latent_dim),
            "decoder": Decoder(latent_dim, hidden_dim, input_dim),
        }

    def encoder(self, x):
        return self.parts["encoder"](x)

    def decoder(self, z):
        return self.parts["decoder"](z)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var

    def sample(self, n):
        with torch.no_grad():
            return self.decoder(torch.randn(n, self.latent_dim))
