def free_bits(mu, log_var, floor):
    kl = 0.5 * (mu**2 + torch.exp(log_var) - 1.0 - log_var)
    over = F.relu(kl.mean(dim=0) - floor)
    return (over + floor).sum()
