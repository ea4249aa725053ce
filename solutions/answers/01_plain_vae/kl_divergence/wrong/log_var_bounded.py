# misconception: log-var-clamped
def kl_divergence(mu, log_var):
    bounded = log_var.clamp(max=10.0)
    return (mu.square() + bounded.exp() - 1 - bounded).sum(1) / 2
