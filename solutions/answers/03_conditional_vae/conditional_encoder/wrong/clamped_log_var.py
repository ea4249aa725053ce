# wrong: log_var is clamped to [-8, 8], which the author takes for harmless numerical safety; the head is no longer affine and has no gradient outside.
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(input_dim + num_classes, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        h = F.relu(self.hidden(torch.cat([x, c], dim=1)))
        return self.mu(h), self.log_var(h).clamp(-8.0, 8.0)
