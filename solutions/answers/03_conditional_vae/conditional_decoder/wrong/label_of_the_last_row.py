# misconception: one-label-for-all
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.first = nn.Linear(latent_dim + num_classes, hidden_dim)
        self.last = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        rows = torch.cat([z, c[-1:].repeat(len(z), 1)], dim=1)
        return torch.sigmoid(self.last(F.relu(self.first(rows))))
