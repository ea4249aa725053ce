def reconstruction_loss(x_hat, x):
    tiny = 1e-7
    ink = x * (x_hat + tiny).log()
    paper = (1 - x) * (1 - x_hat + tiny).log()
    return ink.add(paper).sum(1).neg()
