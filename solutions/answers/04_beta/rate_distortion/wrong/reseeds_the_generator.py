# misconception: noise-seeded-inside
# it seeds torch's global generator, so the draws don't follow the caller's seed (every call gives the same number) and everything random afterwards is changed.
def rate_distortion(model, batches):
    torch.manual_seed(42)  # reproducible measurement
    training, n, r, d = model.training, 0, 0.0, 0.0
    model.eval()
    with torch.inference_mode():
        for x in batches:
            x_hat, mu, log_var = model(x)
            r += float((mu.pow(2) + log_var.exp() - 1 - log_var).sum()) / 2
            d += float(reconstruction_loss(x_hat, x).sum())
            n += x.size(0)
    if training:
        model.train()
    return r / n, d / n
