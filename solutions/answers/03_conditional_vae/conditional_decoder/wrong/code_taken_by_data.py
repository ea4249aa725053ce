# wrong: the code is copied through z.data into a buffer, which cuts the graph, so no gradient reaches z and an encoder in front would never learn from the reconstruction.
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.latent_dim = latent_dim
        self.num_classes = num_classes
        self.layer1 = nn.Linear(latent_dim + num_classes, hidden_dim)
        self.layer2 = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        zc = torch.zeros(z.shape[0], self.latent_dim + self.num_classes, device=z.device)
        zc[:, : self.latent_dim] = z.data
        zc[:, self.latent_dim :] = c
        return torch.sigmoid(self.layer2(F.relu(self.layer1(zc))))
