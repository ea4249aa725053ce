class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(latent_dim + num_classes, hidden_dim), nn.SiLU(), nn.Linear(hidden_dim, output_dim), nn.Sigmoid()
        )

    def forward(self, z, c):
        return self.net(torch.cat((z, c), dim=-1))
