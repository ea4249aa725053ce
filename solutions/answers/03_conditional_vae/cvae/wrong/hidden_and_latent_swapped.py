# misconception: sizes-mixed-up
class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim = latent_dim
        self.num_classes = num_classes
        self.encoder = ConditionalEncoder(input_dim, latent_dim, hidden_dim, num_classes)
        self.decoder = ConditionalDecoder(hidden_dim, latent_dim, input_dim, num_classes)

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        x_hat = self.decoder(reparameterize(mu, log_var), c)
        return x_hat, mu, log_var
