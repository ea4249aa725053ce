# misconception: defect-another-base
def kl_defect():
    widths = torch.linspace(0.2, 1.5, 200001, dtype=torch.float64)
    term = widths**2 - widths.log10() - 0.5
    best = term.argmin()
    return widths[best].item(), term[best].item()
