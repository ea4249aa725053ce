# misconception: label-after-hidden-layer
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(latent_dim, hidden_dim - num_classes)
        self.pixels = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        hidden = torch.cat([F.relu(self.hidden(z)), c], dim=1)
        return torch.sigmoid(self.pixels(hidden))
