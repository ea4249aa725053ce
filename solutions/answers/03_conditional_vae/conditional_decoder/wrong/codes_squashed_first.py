# wrong: z is divided by its norm before the network, so codes of one direction and different length give the same image.
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.f = nn.Linear(latent_dim + num_classes, hidden_dim)
        self.g = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        v = torch.cat([F.normalize(z, dim=1), c], dim=1)
        return torch.special.expit(self.g(F.selu(self.f(v))))
