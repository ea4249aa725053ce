def gumbel_max(logits):
    rates = torch.softmax(logits, dim=1)
    clocks = torch.empty_like(rates).exponential_()
    return (clocks / rates.clamp(min=1e-38)).argmin(dim=1)
