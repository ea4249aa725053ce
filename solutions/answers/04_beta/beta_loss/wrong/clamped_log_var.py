# wrong: log_var is clamped to [-5, 5] "for stability", so value and gradient are not those of the formula outside that interval.
def beta_loss(x, x_hat, mu, log_var, beta):
    safe = torch.clamp(log_var, min=-5.0, max=5.0)
    total = 0.0
    terms = [
        (1.0, F.binary_cross_entropy(x_hat, x, reduction="none")),
        (beta, (mu * mu + safe.exp() - 1.0 - safe) * 0.5),
    ]
    for weight, term in terms:
        total = total + weight * term.sum(dim=1).mean(dim=0)
    return total
