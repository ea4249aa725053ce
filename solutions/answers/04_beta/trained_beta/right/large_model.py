# The default VAE of lesson 1, with its own warm-up.
torch.manual_seed(3)
trained_beta = {"models": {}, "frontier": [], "active_units": {}, "collapsed": []}
for beta in BETAS:
    model = VAE(784, 200, 16)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    step = 0
    for _ in range(9):
        for x in train_batches:
            x_hat, mu, log_var = model(x)
            weight = kl_weight(step, 40, beta) if "kl_weight" in globals() else beta
            loss = (reconstruction_loss(x_hat, x) + weight * kl_per_latent(mu, log_var).sum(1)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
    rate, distortion = rate_distortion(model, test_batches)
    trained_beta["models"][beta] = model.eval()
    trained_beta["frontier"].append((beta, rate, distortion))
    trained_beta["active_units"][beta] = active_units(model, test_batches)
    if rate < 0.1 and trained_beta["active_units"][beta] == 0:
        trained_beta["collapsed"].append(beta)
