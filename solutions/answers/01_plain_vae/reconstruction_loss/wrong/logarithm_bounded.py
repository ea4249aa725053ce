# misconception: infinite-gradient-of-a-logarithm
def reconstruction_loss(x_hat, x):
    ink = x_hat.log().clamp(min=-100)
    paper = (1 - x_hat).log().clamp(min=-100)
    return -(x * ink + (1 - x) * paper).sum(1)
