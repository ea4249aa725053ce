# misconception: defect-not-exact
def kl_defect():
    sigma = torch.linspace(0.1, 2, 191)
    term = sigma**2 - sigma.log() - 0.5
    return sigma[term.argmin()].item(), term.min().item()
