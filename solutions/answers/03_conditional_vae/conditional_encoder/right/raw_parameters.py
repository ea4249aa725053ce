class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        size = input_dim + num_classes
        self.W = nn.Parameter(torch.randn(size, hidden_dim) / size**0.5)
        self.b = nn.Parameter(torch.zeros(hidden_dim))
        self.V = nn.Parameter(torch.randn(hidden_dim, 2 * latent_dim) / hidden_dim**0.5)
        self.a = nn.Parameter(torch.zeros(2 * latent_dim))
        self.L = latent_dim

    def forward(self, x, c):
        h = torch.sigmoid(torch.cat((c, x), 1) @ self.W + self.b)
        out = h @ self.V + self.a
        return out[:, : self.L], out[:, self.L :]
