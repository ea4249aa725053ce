# wrong: the sweep stops at the first collapsed model (rate below 0.1), as if betas were sorted and nothing came after, so the later betas are missing from the list.
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    curve = []
    for beta in betas:
        model = make_model()
        optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
        rate, distortion = rate_distortion(model, test_batches)
        curve.append((float(beta), rate, distortion))
        if rate < 0.1:
            break  # a larger price can't buy less than nothing
    return curve
