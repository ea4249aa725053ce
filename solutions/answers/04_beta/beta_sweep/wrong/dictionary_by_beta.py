# wrong: the results are kept in a dict by beta, so that a beta that occurs twice in the list has one entry instead of two.
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    found = {}
    for beta in betas:
        vae = make_model()
        adam = torch.optim.Adam(vae.parameters(), lr=learning_rate)
        for _ in range(epochs):
            train_beta_epoch(vae, train_batches, adam, beta)
        found[beta] = rate_distortion(vae, test_batches)
    return [(beta, rate, distortion) for beta, (rate, distortion) in found.items()]
