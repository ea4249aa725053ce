# misconception: noise-not-centred
class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim, self.num_classes = latent_dim, num_classes
        self.encoder = ConditionalEncoder(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = ConditionalDecoder(latent_dim, hidden_dim, input_dim, num_classes)

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        z = mu + (log_var / 2).exp() * torch.rand(mu.shape)
        return self.decoder(z, c), mu, log_var
