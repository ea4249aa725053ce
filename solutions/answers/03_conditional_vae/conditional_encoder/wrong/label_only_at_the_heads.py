# misconception: label-after-hidden-layer
# the hidden layer sees only the image and the label is appended in front of the heads, so the label can only shift mu and log_var by the same amount for every image.
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.ReLU())
        self.to_mu = nn.Linear(hidden_dim + num_classes, latent_dim)
        self.to_log_var = nn.Linear(hidden_dim + num_classes, latent_dim)

    def forward(self, x, c):
        h = torch.cat([self.body(x), c], dim=1)
        return self.to_mu(h), self.to_log_var(h)
