class Both(nn.Module):
    """Two layers of the decoder whose first reads z and c with weights of their own."""

    def __init__(self, latent_dim, hidden_dim, output_dim, num_classes):
        super().__init__()
        self.a = nn.Parameter(torch.randn(latent_dim, hidden_dim) / latent_dim**0.5)
        self.b = nn.Parameter(torch.randn(num_classes, hidden_dim) / 2)
        self.c = nn.Parameter(torch.zeros(hidden_dim))
        self.d = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        return self.d(F.softplus(z @ self.a + c @ self.b + self.c)).sigmoid()


class JointVAE(VAE):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.num_classes = num_classes
        self.encoder = JointEncoder(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = Both(latent_dim, hidden_dim, input_dim, num_classes)

    def forward(self, x, tau):
        mu, log_var, logits = self.encoder(x)
        c = gumbel_softmax_sample(logits=logits, tau=tau, hard=False)
        return self.decoder(reparameterize(mu, log_var), c), mu, log_var, logits

    def cluster(self, x):
        was = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        faces = torch.argmax(self.encoder(x)[-1], dim=-1)
        torch.set_grad_enabled(was)
        return faces


class JointEncoder(Encoder):
    def __init__(self, input_dim, hidden_dim, latent_dim, num_classes):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.die = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        h = torch.sigmoid(self.hidden(x))
        return self.mu(h), self.log_var(h), self.die(h)
