def aggregate_kl(logits):
    q = F.softmax(logits, dim=1)
    total = 0.0
    for k in range(logits.shape[1]):
        share = q[:, k].sum() / len(q)
        total = total + share * torch.log(share.clamp(min=1e-30) * logits.shape[1])
    return total
