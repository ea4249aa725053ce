def categorical_kl(logits):
    rows = []
    for row in logits.double():
        log_q = row - row.logsumexp(dim=0)
        rows.append(sum(one.exp() * (one + math.log(len(row))) for one in log_q))
    return torch.stack(rows).float()
