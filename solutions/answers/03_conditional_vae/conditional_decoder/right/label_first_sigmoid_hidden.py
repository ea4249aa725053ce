class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.a = nn.Linear(num_classes + latent_dim, hidden_dim)
        self.b = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        h = self.a(torch.cat([c, z], 1)).sigmoid()
        return self.b(h).sigmoid()
