def evaluate(model: nn.Module, batches) -> float:
    modes = [(m, m.training) for m in model.modules()]
    for m, _ in modes:
        m.training = False
    sums, count = 0.0, 0
    try:
        with torch.no_grad():
            for x in batches:
                mu, log_var = model.encoder(x)
                x_hat = model.decoder(torch.normal(mu, torch.exp(0.5 * log_var)))
                sums += F.binary_cross_entropy(x_hat, x, reduction="sum").item()
                sums += -0.5 * (1 + log_var - mu * mu - torch.exp(log_var)).sum().item()
                count += x.shape[0]
    finally:
        for m, training in modes:
            m.training = training
    return sums / count
