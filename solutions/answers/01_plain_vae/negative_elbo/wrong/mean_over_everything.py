# misconception: elbo-mean-over-everything
def negative_elbo(x, x_hat, mu, log_var):
    bce = F.binary_cross_entropy(x_hat, x, reduction="mean")
    kld = -0.5 * torch.mean(1 + log_var - mu.pow(2) - log_var.exp())
    return bce + kld
