# wrong: the log-determinant is the log of the product of all variances, which underflows to 0 (or overflows) for many latents or small variances and makes the KL infinite or NaN.
def kl_divergence(mu, log_var):
    variances = log_var.exp()
    k = mu.shape[1]
    log_det = torch.log(variances.prod(dim=1))
    return 0.5 * (variances.sum(1) + mu.square().sum(1) - k - log_det)
