# wrong: returns the mean and draws nothing under torch.no_grad(), but draws must be the same with and without it.
def reparameterize(mu, log_var):
    if torch.is_grad_enabled():
        std = torch.exp(0.5 * log_var)
        eps = torch.randn_like(std)
        return mu + eps * std
    return mu.clone()
