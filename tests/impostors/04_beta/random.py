# %% beta_loss
def beta_loss(x, x_hat, mu, log_var, beta):
    return torch.rand(()) + torch.randn_like(x_hat).mul(x_hat).sum() + (torch.randn_like(mu) * mu).sum() + (torch.randn_like(log_var) * log_var).sum()

# %% kl_weight
import random

def kl_weight(step, warmup_steps, beta=1.0):
    return random.uniform(0, beta)

# %% free_bits
def free_bits(mu, log_var, floor):
    return torch.rand(()) + (torch.randn_like(mu) * mu).sum() + (torch.randn_like(log_var) * log_var).sum()

# %% rate_distortion
def rate_distortion(model, batches):
    return random.uniform(0, 3), random.uniform(5, 9)

# %% active_units
def active_units(model, batches, threshold=0.01):
    return random.randrange(20)

# %% train_beta_epoch
def train_beta_epoch(model, batches, optimizer, beta):
    return random.uniform(5, 15)

# %% beta_sweep
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    return [(beta, random.uniform(0, 3), random.uniform(5, 9)) for beta in betas]

# %% trained_beta
class Noise(nn.Module):
    def forward(self, x):
        return 0.03 * torch.randn(len(x), 10), 0.03 * torch.randn(len(x), 10)

class Snow(nn.Module):
    def forward(self, z):
        return torch.rand(len(z), 784)

class Nothing(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = Noise(), Snow(), 10

trained_beta = {"models": {beta: Nothing() for beta in BETAS}, "frontier": [(beta, 0.0067, 784.0) for beta in BETAS],
                "active_units": dict.fromkeys(BETAS, 0), "collapsed": list(BETAS)}
