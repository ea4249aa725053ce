class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim = latent_dim
        self.net = nn.Sequential(nn.Linear(input_dim + num_classes, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim))

    def forward(self, x, c):
        mu, log_var = self.net(torch.hstack((x, c))).chunk(2, dim=1)
        return mu, log_var
