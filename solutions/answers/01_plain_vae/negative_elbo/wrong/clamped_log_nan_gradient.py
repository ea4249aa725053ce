# wrong: the log is clamped after it was taken, so that the value is finite but the gradient at x_hat exactly 0 or 1 is 0 * inf = nan.
def negative_elbo(x, x_hat, mu, log_var):
    log_p = torch.log(x_hat).clamp(min=-100)
    log_not_p = torch.log(1 - x_hat).clamp(min=-100)
    recon = -(x * log_p + (1 - x) * log_not_p).sum(1)
    return (recon + kl_divergence(mu, log_var)).mean()
