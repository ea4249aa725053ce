def reparameterize(mu: torch.Tensor, log_var: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    std = torch.exp(0.5 * log_var)
    noise = torch.normal(torch.zeros_like(std), torch.ones_like(std))
    return torch.addcmul(mu, std, noise, value=scale)
