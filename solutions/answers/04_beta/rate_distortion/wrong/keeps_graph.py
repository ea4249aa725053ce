# misconception: evaluate-builds-graph
def rate_distortion(model, batches):
    was = model.training
    model.eval()
    n = r = d = 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        n += len(x)
        r += kl_per_latent(mu, log_var).sum().item()
        d += reconstruction_loss(x_hat, x).sum().item()
    model.train(was)
    return r / n, d / n
