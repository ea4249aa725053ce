# misconception: head-kept-in-a-range
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.ReLU())
        self.to_mu = nn.Linear(hidden_dim, latent_dim)
        self.to_log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x):
        hidden = self.body(x)
        return self.to_mu(hidden), self.to_log_var(hidden).clamp(min=-10.0, max=10.0)
