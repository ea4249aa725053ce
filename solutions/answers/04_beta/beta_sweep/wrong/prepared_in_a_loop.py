# misconception: runs-through-twice
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    prepared = []
    for _ in betas:
        model = make_model()
        prepared.append((model, torch.optim.Adam(model.parameters(), learning_rate)))
    points = []
    for beta, (model, optimizer) in zip(betas, prepared):
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
        points.append((beta, *rate_distortion(model, test_batches)))
    return points
