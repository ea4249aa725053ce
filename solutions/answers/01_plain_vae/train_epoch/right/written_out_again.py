def train_epoch(model, batches, optimizer):
    before = {part: part.training for part in model.modules()}
    model.train(True)
    losses, sizes = [], []
    for x in batches:
        mu, log_var = model.encoder(x)
        z = mu + torch.randn_like(mu) * log_var.mul(0.5).exp()
        x_hat = model.decoder(z)
        bce = F.binary_cross_entropy(x_hat, x, reduction="sum")
        kld = 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum()
        loss = (bce + kld) / len(x)
        for p in model.parameters():
            p.grad = None
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(len(x))
    for part, training in before.items():
        part.training = training
    weights = torch.tensor(sizes, dtype=torch.float32)
    return (torch.stack(losses) @ weights / weights.sum()).item()
