def kl_divergence(mu, log_var):
    totals = []
    for m_row, lv_row in zip(mu, log_var):
        total = mu.new_zeros(())
        for m, lv in zip(m_row, lv_row):
            total = total + 0.5 * (m * m + torch.exp(lv) - 1.0 - lv)
        totals.append(total)
    return torch.stack(totals)
