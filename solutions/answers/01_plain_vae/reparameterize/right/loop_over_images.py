def reparameterize(mu, log_var):
    rows = []
    for m, lv in zip(mu, log_var):
        eps = torch.randn(len(m))
        rows.append(m + torch.sqrt(torch.exp(lv)) * eps)
    return torch.stack(rows)
