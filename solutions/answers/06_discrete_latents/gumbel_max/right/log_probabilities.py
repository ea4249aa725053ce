def gumbel_max(logits):
    u = torch.rand(logits.shape, dtype=torch.float64).clamp(min=1e-300)
    return (F.log_softmax(logits, dim=-1) - torch.log(-torch.log(u))).max(dim=-1).indices
