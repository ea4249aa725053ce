def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    def point(beta):
        model = make_model()
        optimizer = torch.optim.Adam(params=model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, optimizer, beta)
        rate, distortion = rate_distortion(model, test_batches)
        return beta, rate, distortion

    return [point(beta) for beta in betas]
