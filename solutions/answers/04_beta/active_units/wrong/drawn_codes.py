# misconception: active-by-drawn-codes
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    codes = []
    with torch.no_grad():
        for x in batches:
            mu, log_var = model.encoder(x)
            codes.append(mu + (log_var / 2).exp() * torch.randn_like(mu))
    model.train(was)
    return int((torch.cat(codes).var(0) > threshold).sum())
