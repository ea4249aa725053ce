# misconception: kl-mean-over-batch
def kl_divergence(mu, log_var):
    return -0.5 * torch.mean(1 + log_var - mu.pow(2) - log_var.exp())
