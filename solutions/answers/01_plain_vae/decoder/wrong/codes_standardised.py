class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.hidden = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        z = (z - z.mean(1, keepdim=True)) / (z.std(1, keepdim=True) + 1e-5)
        return torch.sigmoid(self.out(F.relu(self.hidden(z))))
