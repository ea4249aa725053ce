def negative_elbo(x: torch.Tensor, x_hat: torch.Tensor, mu: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    elbo = -reconstruction_loss(x_hat, x) - kl_divergence(mu, log_var)
    return torch.mean(-elbo)
