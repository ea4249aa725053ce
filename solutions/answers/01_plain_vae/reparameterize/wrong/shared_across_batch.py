# misconception: noise-shared-across-batch
def reparameterize(mu, log_var):
    eps = torch.randn(mu.shape[1])
    return mu + torch.exp(log_var / 2) * eps
