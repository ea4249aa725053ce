def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    """Epoch by epoch, all the models side by side."""
    betas = tuple(betas)
    models = [make_model() for _ in betas]
    optimizers = [torch.optim.Adam(model.parameters(), learning_rate, betas=(0.9, 0.999)) for model in models]
    for _ in range(epochs):
        for beta, model, optimizer in zip(betas, models, optimizers, strict=True):
            train_beta_epoch(model, train_batches, optimizer, beta)
    measured = (rate_distortion(model, test_batches) for model in models)
    return [(beta, rate, distortion) for beta, (rate, distortion) in zip(betas, measured)]
