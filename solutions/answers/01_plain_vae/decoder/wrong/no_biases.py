# wrong: both layers have bias=False, so they are linear and not affine, and the code z = 0 gives 0.5 at every pixel whatever was learned.
class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(latent_dim, hidden_dim, bias=False),
            nn.Tanh(),
            nn.Linear(hidden_dim, output_dim, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, z):
        return self.net(z)
