class Decoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.hidden = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, input_dim)

    def forward(self, z):
        return torch.sigmoid(self.out(F.relu(self.hidden(z))))
