def train_epoch(model: nn.Module, batches, optimizer: torch.optim.Optimizer) -> float:
    training = model.training
    try:
        model.train()
        total = torch.zeros((), dtype=torch.float64)
        n = 0
        for batch in batches:
            out = model(batch)
            per_image = reconstruction_loss(out[0], batch) + kl_divergence(out[1], out[2])
            per_image.mean().backward()
            optimizer.step()
            optimizer.zero_grad()
            total += per_image.detach().sum()
            n += per_image.numel()
    finally:
        model.train(training)
    return total.item() / n
