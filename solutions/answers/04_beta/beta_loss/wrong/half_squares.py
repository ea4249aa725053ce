# misconception: squared-error-instead-of-bce
def beta_loss(x, x_hat, mu, log_var, beta):
    squares = (x - x_hat).square().sum(1) / 2
    kl = mu.square() + log_var.exp() - 1 - log_var
    return (squares + beta * kl.sum(1)).mean()
