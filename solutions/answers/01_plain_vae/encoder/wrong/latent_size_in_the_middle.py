# misconception: sizes-in-another-order
class Encoder(nn.Module):
    def __init__(self, input_dim=784, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.Tanh())
        self.mean, self.log_variance = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)

    def forward(self, x):
        hidden = self.body(x)
        return self.mean(hidden), self.log_variance(hidden)
