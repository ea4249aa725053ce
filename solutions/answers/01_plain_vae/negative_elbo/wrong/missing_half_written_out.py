# misconception: kl-missing-half
def negative_elbo(x, x_hat, mu, log_var):
    kld = -torch.sum(1 + log_var - mu.pow(2) - log_var.exp(), dim=1)
    return (reconstruction_loss(x_hat, x) + kld).mean()
