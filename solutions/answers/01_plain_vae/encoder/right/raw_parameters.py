class Encoder(nn.Module):
    def __init__(self, input_dim: int = 784, hidden_dim: int = 400, latent_dim: int = 20) -> None:
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(input_dim, hidden_dim) / math.sqrt(input_dim))
        self.b1 = nn.Parameter(torch.zeros(hidden_dim))
        self.w_mu = nn.Parameter(torch.randn(hidden_dim, latent_dim) * 0.01)
        self.b_mu = nn.Parameter(torch.zeros(latent_dim))
        self.w_lv = nn.Parameter(torch.randn(hidden_dim, latent_dim) * 0.01)
        self.b_lv = nn.Parameter(torch.zeros(latent_dim))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = torch.einsum("bd,dh->bh", x, self.w1) + self.b1
        h = h * torch.sigmoid(h)
        return h @ self.w_mu + self.b_mu, torch.addmm(self.b_lv, h, self.w_lv)
