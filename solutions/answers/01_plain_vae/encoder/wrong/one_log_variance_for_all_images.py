# wrong: log_var is one learned vector that is repeated for every image, not an affine head on the hidden layer, so the log-variance does not depend on x.
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.mean = nn.Sequential(
            nn.Linear(input_dim, hidden_dim),
            nn.LeakyReLU(0.1),
            nn.Linear(hidden_dim, latent_dim),
        )
        self.log_var = nn.Parameter(0.1 * torch.randn(latent_dim))

    def forward(self, x):
        mu = self.mean(x)
        return mu, self.log_var.expand_as(mu)
