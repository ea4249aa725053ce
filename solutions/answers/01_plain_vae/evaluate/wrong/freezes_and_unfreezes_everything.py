# wrong: it turns requires_grad off and then on for all parameters, so that parameters that were frozen before become trainable.
def evaluate(model, batches):
    before = model.training
    model.eval()
    model.requires_grad_(False)
    total, seen = 0, 0
    for x in batches:
        with torch.no_grad():
            x_hat, mu, log_var = model(x)
            total += (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).sum().item()
        seen += x.shape[0]
    model.requires_grad_(True)
    if before:
        model.train()
    return float(total / seen)
