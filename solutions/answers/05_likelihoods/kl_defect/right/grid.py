def kl_defect():
    sigma = torch.linspace(0.1, 2, 2_000_001, dtype=torch.float64)
    term = sigma**2 - sigma.log() - 0.5
    i = term.argmin()
    return sigma[i].item(), term[i].item()
