# misconception: sweep-trains-nothing
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    points = []
    for beta in tqdm(betas, desc="betas", leave=False):
        model = make_model()
        adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
        points.append((beta, *rate_distortion(model, test_batches)))
    return points
