# misconception: one-label-for-all
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(input_dim + num_classes, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        h = F.relu(self.hidden(torch.cat([x, c[:1].expand(len(x), -1)], dim=1)))
        return self.mu(h), self.log_var(h)
