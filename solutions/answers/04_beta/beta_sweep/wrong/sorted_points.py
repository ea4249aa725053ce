# misconception: sweep-sorts-its-points
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    points = []
    for beta in betas:
        model = make_model()
        adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, adam, beta)
        points.append((beta, *rate_distortion(model, test_batches)))
    return sorted(points)
