# misconception: layers-not-registered
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.layers = [nn.Linear(latent_dim + num_classes, hidden_dim), nn.Linear(hidden_dim, output_dim)]

    def forward(self, z, c):
        h = F.relu(self.layers[0](torch.cat([z, c], dim=1)))
        return torch.sigmoid(self.layers[1](h))
