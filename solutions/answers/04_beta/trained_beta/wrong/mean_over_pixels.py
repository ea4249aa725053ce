# misconception: posterior-collapse
torch.manual_seed(0)
models = {}
frontier = []
for beta in BETAS:
    model = small_vae()
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(4):
        for x in train_batches:
            x_hat, mu, log_var = model(x)
            loss = F.binary_cross_entropy(x_hat, x) + beta * kl_per_latent(mu, log_var).sum(1).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
    models[beta] = model
    frontier.append((beta, *rate_distortion(model, test_batches)))
counts = {beta: active_units(model, test_batches) for beta, model in models.items()}
collapsed = [beta for beta, rate, distortion in frontier if rate < 0.1 and counts[beta] == 0]
trained_beta = {"models": models, "frontier": frontier, "active_units": counts, "collapsed": collapsed}
