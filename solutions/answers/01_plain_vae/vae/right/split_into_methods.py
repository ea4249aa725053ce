class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.dims = dict(input_dim=input_dim, hidden_dim=hidden_dim, latent_dim=latent_dim)
        self.decoder = Decoder(latent_dim=latent_dim, hidden_dim=hidden_dim, output_dim=input_dim)
        self.encoder = Encoder(**self.dims)

    def encode(self, x):
        return self.encoder(x)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, log_var = self.encode(x)
        q = torch.distributions.Normal(mu, torch.exp(0.5 * log_var))
        return [self.decode(q.rsample()), mu, log_var]

    def sample(self, n, device="cpu"):
        z = torch.randn((n, self.dims["latent_dim"]), device=device)
        return self.decode(z).detach()
