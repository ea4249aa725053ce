def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    found = []
    for beta in betas:
        vae = make_model()
        vae.train()
        opt = torch.optim.Adam(vae.parameters(), learning_rate)
        latest = rate_distortion(vae, test_batches)
        for _ in tqdm(range(epochs), leave=False):
            train_beta_epoch(vae, train_batches, opt, beta)
            latest = rate_distortion(vae, test_batches)
        found.append([float(beta), latest[0], latest[1]])
    return found
