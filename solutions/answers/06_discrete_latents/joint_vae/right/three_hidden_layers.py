class Three(nn.Module):
    """A hidden layer of its own for each head."""

    def __init__(self, input_dim, hidden_dim, latent_dim, num_classes):
        super().__init__()
        sizes = [latent_dim, latent_dim, num_classes]
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.LeakyReLU(0.1), nn.Linear(hidden_dim, n)) for n in sizes
        )

    def forward(self, x):
        return tuple(head(x) for head in self.heads)


class JointVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim, self.num_classes = latent_dim, num_classes
        self.encoder = Three(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = JointDecoder(latent_dim, hidden_dim, input_dim, num_classes)

    def forward(self, x, tau):
        mu, log_var, logits = self.encoder(x)
        x_hat = self.decoder(mu + torch.exp(log_var / 2) * torch.randn(mu.shape), gumbel_softmax_sample(logits, tau))
        return [x_hat, mu, log_var, logits]

    def cluster(self, x):
        return self.encoder(x)[2].detach().argmax(1)
