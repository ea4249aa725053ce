# misconception: sweep-reports-best-epoch
# the model is measured after every epoch and the best of these pairs is reported, instead of that of the model after the last epoch.
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    rows = []
    for beta in betas:
        model = make_model()
        optimizer = torch.optim.Adam(model.parameters(), learning_rate)
        best = rate_distortion(model, test_batches)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
            best = min(best, rate_distortion(model, test_batches), key=lambda pair: beta * pair[0] + pair[1])
        rows.append((beta,) + best)
    return rows
