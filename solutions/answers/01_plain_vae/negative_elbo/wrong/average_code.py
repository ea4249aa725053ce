# misconception: kl-of-the-average-code
def negative_elbo(x, x_hat, mu, log_var):
    kl = kl_divergence(mu.mean(0, keepdim=True), log_var.mean(0, keepdim=True)).squeeze()
    return reconstruction_loss(x_hat, x).mean() + kl
