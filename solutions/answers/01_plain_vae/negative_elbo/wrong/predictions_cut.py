def negative_elbo(x, x_hat, mu, log_var):
    x_hat = torch.clamp(x_hat, 0.01, 0.99)
    return (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).mean()
