def beta_loss(x, x_hat, mu, log_var, beta):
    total = F.binary_cross_entropy(x_hat, x, reduction="sum")
    total = total + beta * -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())
    return total / x.size(0)
