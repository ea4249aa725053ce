class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.first = nn.Linear(latent_dim, hidden_dim)
        self.second = nn.Linear(hidden_dim, output_dim)
        self.act = nn.SiLU()

    def forward(self, z):
        x_hat = F.sigmoid(self.second(self.act(self.first(z))))
        return x_hat.clamp(1e-6, 1 - 1e-6)
