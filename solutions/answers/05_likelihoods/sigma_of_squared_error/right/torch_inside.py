def sigma_of_squared_error(weight=1.0, beta=1.0):
    if not (weight > 0 and beta > 0):
        raise ValueError(weight, beta)
    return torch.tensor(beta / weight / 2, dtype=torch.float64).sqrt().item()
