# misconception: label-in-one-head-only
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.of_both = nn.Linear(input_dim + num_classes, hidden_dim)
        self.of_image = nn.Linear(input_dim, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        mu = self.mu(F.relu(self.of_both(torch.cat([x, c], dim=1))))
        return mu, self.log_var(F.relu(self.of_image(x)))
