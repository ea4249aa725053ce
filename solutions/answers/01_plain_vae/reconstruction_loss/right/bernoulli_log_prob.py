def reconstruction_loss(x_hat, x):
    eps = torch.finfo(x_hat.dtype).eps
    coins = torch.distributions.Bernoulli(probs=x_hat.clamp(eps, 1 - eps), validate_args=False)
    return -coins.log_prob(x).sum(1)
