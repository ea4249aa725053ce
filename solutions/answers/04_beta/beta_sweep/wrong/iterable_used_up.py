# wrong: betas is run through once to make the models and once more to train them, so that a generator is used up by then and the list comes back empty.
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    models = [make_model() for _ in betas]
    out = []
    for beta, model in zip(betas, models):
        optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
        for epoch in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
        rate, distortion = rate_distortion(model, test_batches)
        out.append((beta, rate, distortion))
    return out
