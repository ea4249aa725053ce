# misconception: sweep-merges-equal-betas
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    found = {}
    for beta in betas:
        model = make_model()
        optimizer = torch.optim.Adam(model.parameters(), learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
        found[beta] = rate_distortion(model, test_batches)
    return [(beta, *found[beta]) for beta in found]
