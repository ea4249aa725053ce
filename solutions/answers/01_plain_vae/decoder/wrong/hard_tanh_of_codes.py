# misconception: codes-kept-in-a-range
class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.first = nn.Linear(latent_dim, hidden_dim)
        self.last = nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        return torch.sigmoid(self.last(F.relu(self.first(F.hardtanh(z, -2.5, 2.5)))))
