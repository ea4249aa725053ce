# wrong: the sigmoid is written out as 1 / (1 + exp(-a)), whose gradient is nan once exp(-a) overflows (large codes); the author believes that it is the same function.
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(latent_dim + num_classes, hidden_dim)
        self.out = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        a = self.out(F.relu(self.hidden(torch.cat([z, c], dim=1))))
        return 1 / (1 + torch.exp(-a))
