# misconception: formula-not-reduced
def negative_elbo(x, x_hat, mu, log_var):
    return reconstruction_loss(x_hat, x) + torch.mean(kl_divergence(mu, log_var))
