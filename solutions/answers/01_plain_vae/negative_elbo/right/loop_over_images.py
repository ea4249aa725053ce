def negative_elbo(x, x_hat, mu, log_var, beta=1.0):
    total = 0.0
    for i in range(len(x)):
        image = slice(i, i + 1)
        total = total + reconstruction_loss(x_hat[image], x[image]) + beta * kl_divergence(mu[image], log_var[image])
    return (total / len(x)).squeeze(0)
