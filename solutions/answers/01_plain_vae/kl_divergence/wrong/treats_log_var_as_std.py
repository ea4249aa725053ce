# misconception: kl-log-var-not-exponentiated
def kl_divergence(mu, std):
    return 0.5 * (mu.square() + std.square() - 1 - torch.log(std.square())).sum(dim=1)
