# misconception: label-missing-from-encoder
class Encoder(nn.Module):
    def __init__(self, input_dim, hidden_dim, latent_dim):
        super().__init__()
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x):
        h = F.relu(self.hidden(x))
        return self.mu(h), self.log_var(h)


class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim, self.num_classes = latent_dim, num_classes
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = ConditionalDecoder(latent_dim, hidden_dim, input_dim, num_classes)

    def forward(self, x, c):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var), c), mu, log_var
