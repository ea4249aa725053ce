# misconception: hidden-dim-ignored
# hidden_dim isn't handed on to the decoder, which always has the default 400 hidden units.
class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, output_dim=input_dim)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        z = reparameterize(mu, log_var)
        return self.decoder(z), mu, log_var

    @torch.no_grad()
    def sample(self, n):
        self_device = next(self.parameters()).device
        return self.decoder(torch.randn(n, self.latent_dim).to(self_device))
