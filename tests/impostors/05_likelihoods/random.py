# %% gaussian_nll
def gaussian_nll(x_hat, x, sigma):
    return torch.randn(len(x_hat)) + 0 * x_hat.sum(1) * sigma

# %% bits_per_dim
def bits_per_dim(nll, dims, levels=None):
    return nll * torch.rand(()).item()

# %% sigma_of_squared_error
def sigma_of_squared_error(weight=1.0, beta=1.0):
    return torch.rand(()).item()

# %% optimal_sigma
def optimal_sigma(x_hat, x, floor=1e-3):
    return torch.rand(())

# %% sample_likelihood
def sample_likelihood(x_hat, sigma):
    return torch.randn_like(x_hat)

# %% noisy_loss_gap
def noisy_loss_gap(x_hat, x, eta):
    return 100 * torch.rand(()).item()

# %% kl_defect
def kl_defect():
    return torch.rand(()).item(), torch.rand(()).item()

# %% sigma_vae
class _E(nn.Module):
    def __init__(self, l):
        super().__init__()
        self.w, self.l = nn.Parameter(torch.zeros(1)), l

    def forward(self, x):
        return torch.randn(len(x), self.l) + self.w, torch.randn(len(x), self.l) + self.w

class _D(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.w, self.d = nn.Parameter(torch.zeros(1)), d

    def forward(self, z):
        return torch.rand(len(z), self.d) + 0 * self.w

class SigmaVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = _E(latent_dim), _D(input_dim), latent_dim
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(mu), mu, log_var

    def loss(self, x):
        return torch.rand(()) * (self.log_sigma + self.encoder.w.sum() + self.decoder.w.sum())

# %% continuous_bernoulli_log_norm
def continuous_bernoulli_log_norm(lam):
    return torch.rand_like(lam) * lam

# %% trained_sigma_vae
torch.manual_seed(0)
trained_sigma_vae = SigmaVAE()
