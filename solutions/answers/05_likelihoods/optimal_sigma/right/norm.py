def optimal_sigma(x_hat, x, floor=1e-3):
    r = (x - x_hat).detach()
    return torch.maximum(torch.linalg.vector_norm(r) / math.sqrt(r.numel()), torch.tensor(floor))
