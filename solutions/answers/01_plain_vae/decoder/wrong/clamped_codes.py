# wrong: codes are clamped to [-3, 3], so codes farther out give the same image and no gradient; the author believes codes never lie there.
class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.fc1 = nn.Linear(latent_dim, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        z = z.clamp(-3, 3)
        return torch.sigmoid(self.fc2(F.relu(self.fc1(z))))
