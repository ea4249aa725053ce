class JointVAE(nn.Module):
    """Encoder and decoder are methods; all layers belong to the model."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim = latent_dim
        self.num_classes = num_classes
        self.split = [latent_dim, latent_dim, num_classes]
        self.inward = nn.Sequential(nn.Linear(input_dim, hidden_dim), nn.ELU(), nn.Linear(hidden_dim, sum(self.split)))
        self.outward = nn.Sequential(
            nn.Linear(latent_dim + num_classes, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, input_dim), nn.Sigmoid()
        )

    def encoder(self, x):
        return self.inward(x).split(self.split, dim=1)

    def decoder(self, z, c):
        return self.outward(torch.hstack((z, c)))

    def forward(self, x, tau):
        mu, log_var, logits = self.encoder(x)
        code = torch.distributions.Normal(mu, torch.exp(0.5 * log_var)).rsample()
        face = F.gumbel_softmax(logits, tau=tau)
        return self.decoder(code, face), mu, log_var, logits

    def cluster(self, x):
        with torch.no_grad():
            *_, logits = self.encoder(x)
        return logits.max(dim=1).indices
