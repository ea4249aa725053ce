# wrong: the noise comes from a private generator that is seeded anew in every call, so z is the same draw each time instead of a fresh one from torch's global generator.
class CVAE(nn.Module):
    SEED = 0

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder = ConditionalEncoder(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = ConditionalDecoder(latent_dim, hidden_dim, input_dim, num_classes)
        self.latent_dim, self.num_classes = latent_dim, num_classes

    def draw(self, mu, log_var):
        generator = torch.Generator(device=mu.device).manual_seed(self.SEED)
        noise = torch.randn(mu.shape, generator=generator, device=mu.device)
        return mu + noise * (log_var / 2).exp()

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        return self.decoder(self.draw(mu, log_var), c), mu, log_var
