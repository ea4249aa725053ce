# misconception: arguments-changed-in-place
def reparameterize(mu, log_var):
    if log_var.requires_grad:
        std = (0.5 * log_var).exp()
    else:
        std = log_var.mul_(0.5).exp_()
    return mu + std * torch.randn_like(mu)
