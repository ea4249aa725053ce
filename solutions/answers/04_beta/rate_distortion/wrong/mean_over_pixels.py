# misconception: bce-mean-over-pixels
def rate_distortion(model, batches):
    was = model.training
    model.eval()
    n = r = d = 0
    with torch.no_grad():
        for x in batches:
            x_hat, mu, log_var = model(x)
            n += len(x)
            r += kl_per_latent(mu, log_var).sum().item()
            d += F.binary_cross_entropy(x_hat, x).item() * len(x)
    model.train(was)
    return r / n, d / n
