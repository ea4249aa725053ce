# wrong: the image is rounded to black and white before it is encoded, so grey values are ignored and no gradient reaches x.
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.ELU())
        self.to_mean = nn.Linear(hidden_dim, latent_dim)
        self.to_log_variance = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x):
        ink = (x > 0.5).to(x.dtype)  # Bernoulli pixels are 0 or 1
        features = self.body(ink)
        return self.to_mean(features), self.to_log_variance(features)
