def beta_loss(x, x_hat, mu, log_var, beta):
    from torch.distributions import Normal, kl_divergence

    q = Normal(mu, torch.exp(0.5 * log_var))
    rate = kl_divergence(q, Normal(torch.zeros_like(mu), torch.ones_like(mu))).sum(-1)
    return torch.mean(reconstruction_loss(x_hat, x) + rate * beta)
