# misconception: relu-on-head
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(input_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * latent_dim), nn.ReLU()
        )

    def forward(self, x):
        return self.net(x).chunk(2, dim=1)
