def kl_divergence(mu: torch.Tensor, log_var: torch.Tensor, prior_log_var: float = 0.0) -> torch.Tensor:
    """KL to N(0, exp(prior_log_var)); by default the standard normal."""
    shifted = log_var - prior_log_var
    squares = torch.einsum("bl,bl->b", mu, mu) * math.exp(-prior_log_var)
    return 0.5 * squares + 0.5 * (torch.expm1(shifted) - shifted).sum(-1)
