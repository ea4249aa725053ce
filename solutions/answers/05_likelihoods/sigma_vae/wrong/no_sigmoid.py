# misconception: means-without-sigmoid
class SigmaVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, input_dim))
        self.log_sigma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var

    def loss(self, x):
        x_hat, mu, log_var = self(x)
        return (gaussian_nll(x_hat, x, self.log_sigma.exp()) + kl_divergence(mu, log_var)).mean()
