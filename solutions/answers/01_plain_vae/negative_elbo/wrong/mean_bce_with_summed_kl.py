# misconception: elbo-terms-reduced-differently
def negative_elbo(x, x_hat, mu, log_var):
    bce = F.binary_cross_entropy(x_hat, x)
    kld = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())
    return bce + kld
