def latent_codes(model, batches):
    mode = model.training
    model.eval()
    out = {"mu": [], "y": []}
    with torch.inference_mode():
        for x, y in tqdm(batches, leave=False):
            _, mu, _ = model(x, F.one_hot(y, model.num_classes).float())
            out["mu"] += list(mu)
            out["y"] += y.tolist()
    model.train(mode)
    return torch.stack(out["mu"]), torch.tensor(out["y"])
