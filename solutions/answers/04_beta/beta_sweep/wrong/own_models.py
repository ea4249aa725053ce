# misconception: sweep-makes-its-own-models
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    points = []
    for beta in tqdm(betas, desc="betas", leave=False):
        model = small_vae()
        adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, adam, beta)
        points.append((beta, *rate_distortion(model, test_batches)))
    return points
