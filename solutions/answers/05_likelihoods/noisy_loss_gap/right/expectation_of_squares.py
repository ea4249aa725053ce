def noisy_loss_gap(x_hat, x, eta):
    """Term by term: the cross term vanishes, each of the D squares has expectation 1."""
    if eta <= 0:
        raise ValueError("eta must be positive")
    r = (x - x_hat).double()
    clean = r.square().sum(1) / (2 * eta**2)
    noisy = (r.square() + eta**2).sum(1) / (2 * eta**2)
    return (noisy - clean).mean().item()
