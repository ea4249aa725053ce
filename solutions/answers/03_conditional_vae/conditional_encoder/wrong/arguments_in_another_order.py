# misconception: sizes-in-another-order
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, latent_dim=20, hidden_dim=400, num_classes=10):
        super().__init__()
        self.hidden = nn.Linear(input_dim + num_classes, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        hidden = F.relu(self.hidden(torch.cat([x, c], dim=1)))
        return self.mu(hidden), self.log_var(hidden)
