def active_units(model, batches, threshold=0.01):
    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            rows = []
            for x in batches:
                _, mu, _ = model(x)
                rows.extend(mu)
            mu = torch.stack(rows)
            spread = ((mu - mu.mean(0, keepdim=True)) ** 2).mean(0)
    finally:
        model.train(mode)
    return len([s for s in spread.tolist() if s > threshold])
