# misconception: sizes-hard-coded
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(20 + num_classes, hidden_dim)
        self.pixels = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        hidden = F.relu(self.hidden(torch.cat([z.view(-1, 20), c], dim=1)))
        return torch.sigmoid(self.pixels(hidden))
