def kl_defect():
    s = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    for _ in range(300):
        f = s**2 - torch.log(s) - 0.5
        (g,) = torch.autograd.grad(f, s)
        s = (s - 0.1 * g).detach().requires_grad_()
    return float(s), float(s**2 - torch.log(s) - 0.5)
