def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    betas = list(betas)
    models = [make_model() for _ in betas]
    optimizers = [torch.optim.Adam(model.parameters(), lr=learning_rate) for model in models]
    for _ in range(epochs):
        for beta, model, optimizer in zip(betas, models, optimizers):
            train_beta_epoch(model, train_batches, optimizer, beta)
    return [(b, *rate_distortion(m, test_batches)) for b, m in zip(betas, models)]
