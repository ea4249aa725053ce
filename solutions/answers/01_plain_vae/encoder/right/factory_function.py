def make_layers(input_dim, hidden_dim, latent_dim):
    return nn.Linear(input_dim, hidden_dim), nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)


class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.body, self.mean_head, self.spread_head = make_layers(input_dim, hidden_dim, latent_dim)

    def forward(self, x):
        hidden = torch.nn.functional.gelu(self.body(x))
        mu = self.mean_head(hidden)
        log_var = self.spread_head(hidden)
        return mu, log_var
