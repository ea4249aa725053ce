class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.embedding = nn.Embedding(2, hidden_dim)
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        h = F.relu(self.hidden(x) + self.embedding(c.long()).sum(1))
        return self.mu(h), self.log_var(h)
