# misconception: kl-half-misplaced
def kl_divergence(mu, log_var):
    sigma = torch.exp(log_var / 2)
    return (sigma**2 + mu**2 - torch.log(sigma) - 0.5).sum(dim=1)
