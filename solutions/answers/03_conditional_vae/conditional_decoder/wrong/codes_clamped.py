# misconception: codes-kept-in-a-range
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.first = nn.Linear(latent_dim + num_classes, hidden_dim)
        self.last = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        rows = torch.cat([z.clamp(-2, 2), c], dim=1)
        return torch.sigmoid(self.last(F.relu(self.first(rows))))
