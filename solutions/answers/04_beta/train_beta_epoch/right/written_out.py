def train_beta_epoch(model, batches, optimizer, beta):
    was_training = model.training
    model.train(True)
    total = torch.zeros((), dtype=torch.float64)
    count = 0
    for x in batches:
        mu, log_var = model.encoder(x)
        x_hat = model.decoder(mu + torch.randn_like(mu) * (log_var / 2).exp())
        per_image = F.binary_cross_entropy(x_hat, x, reduction="none").sum(1) + beta * kl_per_latent(mu, log_var).sum(1)
        optimizer.zero_grad(set_to_none=True)
        per_image.mean().backward()
        optimizer.step()
        total += per_image.detach().double().sum()
        count += per_image.numel()
    model.train(was_training)
    return float(total / count)
