# misconception: label-after-hidden-layer
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(input_dim, hidden_dim - num_classes)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        hidden = torch.cat([F.relu(self.hidden(x)), c], dim=1)
        return self.mu(hidden), self.log_var(hidden)
