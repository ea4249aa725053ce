# %% encoder
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.l = latent_dim

    def forward(self, x):
        return torch.randn(len(x), self.l) + self.w + self.v, torch.randn(len(x), self.l) + self.w + self.v

# %% reparameterize
def reparameterize(mu, log_var):
    return torch.randn_like(mu)

# %% decoder
class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.d = output_dim

    def forward(self, z):
        return torch.rand(len(z), self.d) + self.w + self.v

# %% kl_divergence
def kl_divergence(mu, log_var):
    return torch.rand(len(mu))

# %% reconstruction_loss
def reconstruction_loss(x_hat, x):
    return torch.rand(len(x_hat))

# %% negative_elbo
def negative_elbo(x, x_hat, mu, log_var):
    return torch.rand(())

# %% vae
class _E(nn.Module):
    def __init__(self, l):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.l = l

    def forward(self, x):
        return torch.randn(len(x), self.l) + self.w + self.v, torch.randn(len(x), self.l) + self.w + self.v

class _D(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.d = d

    def forward(self, z):
        return torch.rand(len(z), self.d) + self.w + self.v

class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = _E(latent_dim), _D(input_dim), latent_dim

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(mu), mu, log_var

    def sample(self, n):
        with torch.no_grad():
            return self.decoder(torch.full((n, self.latent_dim), 0.5))

# %% train_epoch
def train_epoch(model, batches, optimizer):
    return float(torch.rand(1))

# %% evaluate
def evaluate(model, batches):
    return float(torch.rand(1))

# %% fit
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    return {"train": [float(torch.rand(1))] * epochs, "test": [float(torch.rand(1))] * epochs}

# %% trained_vae
trained_vae = VAE()
