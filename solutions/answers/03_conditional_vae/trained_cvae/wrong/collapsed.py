# misconception: posterior-collapse
torch.manual_seed(0)
trained_cvae = CVAE(latent_dim=2)
optimizer = torch.optim.Adam(trained_cvae.parameters(), lr=6e-3)
for epoch in range(8):
    for x, y in train_batches:
        x_hat, mu, log_var = trained_cvae(x, one_hot(y, 10))
        loss = F.binary_cross_entropy(x_hat, x) + kl_divergence(mu, log_var).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
