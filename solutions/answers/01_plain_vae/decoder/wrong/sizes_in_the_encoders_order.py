# misconception: sizes-in-another-order
class Decoder(nn.Module):
    def __init__(self, output_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, output_dim), nn.Sigmoid()
        )

    def forward(self, z):
        return self.layers(z)
