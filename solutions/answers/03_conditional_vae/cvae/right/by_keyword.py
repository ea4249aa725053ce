class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder = ConditionalEncoder(input_dim=input_dim, hidden_dim=hidden_dim, latent_dim=latent_dim, num_classes=num_classes)
        self.decoder = ConditionalDecoder(output_dim=input_dim, hidden_dim=hidden_dim, latent_dim=latent_dim, num_classes=num_classes)
        self.latent_dim = latent_dim
        self.num_classes = num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        z = reparameterize(mu, log_var)
        x_hat = self.decoder(z, c)
        return x_hat, mu, log_var
