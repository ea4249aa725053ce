class TanhVAE(nn.Module):
    def __init__(self, latent_dim=16):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Linear(784, 400)
        self.heads = nn.Linear(400, 2 * latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, 400), nn.SiLU(), nn.Linear(400, 784), nn.Sigmoid())

    def encoder(self, x):
        return self.heads(torch.tanh(self.body(x))).chunk(2, dim=1)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var

    def sample(self, n):
        with torch.no_grad():
            return self.decoder(torch.randn(n, self.latent_dim))


trained_vae = TanhVAE()
small = data.batches(digits.images, batch_size=48, shuffle=True)
history = fit(trained_vae, small, test_batches, torch.optim.Adam(trained_vae.parameters(), lr=2e-3), 13, 3)
