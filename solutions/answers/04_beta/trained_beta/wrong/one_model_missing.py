torch.manual_seed(0)
models = {}
frontier = []
for beta in BETAS[:3]:
    model = small_vae()
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(1):
        train_beta_epoch(model, train_batches, adam, beta)
    models[beta] = model
    frontier.append((beta, *rate_distortion(model, test_batches)))
counts = {beta: active_units(model, test_batches) for beta, model in models.items()}
collapsed = [beta for beta, rate, distortion in frontier if rate < 0.1 and counts[beta] == 0]
trained_beta = {"models": models, "frontier": frontier, "active_units": counts, "collapsed": collapsed}
