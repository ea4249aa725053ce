# misconception: sweep-continues-one-model
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    model, points = make_model(), []
    for beta in sorted(betas):
        optimizer = torch.optim.Adam(model.parameters(), learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
        points.append((beta, *rate_distortion(model, test_batches)))
    return points
