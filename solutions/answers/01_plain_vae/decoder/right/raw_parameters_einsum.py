class Decoder(nn.Module):
    def __init__(self, latent_dim: int = 20, hidden_dim: int = 400, output_dim: int = 784, slope: float = 0.01):
        super().__init__()
        self.slope = slope
        self.a = nn.Parameter(0.1 * torch.randn(hidden_dim, latent_dim))
        self.b = nn.Parameter(torch.zeros(hidden_dim))
        self.c = nn.Parameter(0.1 * torch.randn(output_dim, hidden_dim))
        self.d = nn.Parameter(torch.zeros(output_dim))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        hidden = torch.einsum("hl,bl->bh", self.a, z) + self.b
        hidden = torch.where(hidden > 0, hidden, self.slope * hidden)
        return (torch.einsum("oh,bh->bo", self.c, hidden) + self.d).sigmoid()
