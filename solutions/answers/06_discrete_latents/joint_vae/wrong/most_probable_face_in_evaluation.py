# misconception: most-probable-face
class JointEncoder(Encoder):
    def __init__(self, input_dim, hidden_dim, latent_dim, num_classes):
        super().__init__(input_dim, hidden_dim, latent_dim)
        self.logits = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        h = F.relu(self.hidden(x))
        return self.mu(h), self.log_var(h), self.logits(h)


class JointVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim, self.num_classes = latent_dim, num_classes
        self.encoder = JointEncoder(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = JointDecoder(latent_dim, hidden_dim, input_dim, num_classes)

    def forward(self, x, tau):
        mu, log_var, logits = self.encoder(x)
        z = reparameterize(mu, log_var)
        c = gumbel_softmax_sample(logits, tau) if self.training else F.one_hot(logits.argmax(1), self.num_classes).float()
        return self.decoder(z, c), mu, log_var, logits

    @torch.no_grad()
    def cluster(self, x):
        return self.encoder(x)[2].argmax(dim=1)
