# wrong: drops a tenth of the labels at random whenever gradients are on; believes from classifier-free guidance that conditioning needs it in training.
def condition(v, c):
    if torch.is_grad_enabled():
        keep = (torch.rand(c.shape[0], 1, device=c.device) >= 0.1).to(c.dtype)
        c = c * keep
    return torch.cat((v, c), dim=1)
