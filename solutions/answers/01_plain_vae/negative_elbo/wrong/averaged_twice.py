# misconception: elbo-divided-by-batch-twice
def negative_elbo(x, x_hat, mu, log_var):
    loss = (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).mean()
    return loss / x.shape[0]
