torch.manual_seed(0)
trained_joint_vae = JointVAE(hidden_dim=200, latent_dim=6)
adam = torch.optim.Adam(trained_joint_vae.parameters(), lr=2e-3)
epochs, step = 40, 0
for epoch in range(epochs):
    for x in train_batches:
        x_hat, mu, log_var, logits = trained_joint_vae(x, 0.67)
        ramp = epochs * len(train_batches) // 3
        loss = capacity_loss(
            reconstruction_loss(x_hat, x), kl_divergence(mu, log_var), categorical_kl(logits), 10.0,
            capacity(step, ramp, 5.0), capacity(step, ramp, math.log(10)),
        ) + 30 * aggregate_kl(logits)
        adam.zero_grad()
        loss.backward()
        adam.step()
        step += 1
