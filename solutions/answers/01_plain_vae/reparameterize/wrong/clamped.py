# wrong: log_var is clamped to [-5, 5], wrong in value and gradient beyond; the author believes that nobody needs such variances.
def reparameterize(mu, log_var):
    std = torch.exp(0.5 * torch.clamp(log_var, min=-5.0, max=5.0))
    return mu + std * torch.randn_like(std)
