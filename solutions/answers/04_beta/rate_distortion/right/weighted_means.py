def rate_distortion(model, batches):
    was = model.training
    model.train(False)
    n = r = d = 0
    for x in batches:
        with torch.inference_mode():
            x_hat, mu, log_var = model(x)
            n += x.shape[0]
            r += kl_per_latent(mu, log_var).sum(-1).mean().item() * x.shape[0]
            d += F.binary_cross_entropy(x_hat, x, reduction="sum").item()
    model.train(was)
    return r / n, d / n
