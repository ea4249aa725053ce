def train_conditional_epoch(model, batches, optimizer):
    was = model.training
    losses = []
    try:
        model.train(True)
        for pair in tqdm(batches, leave=False):
            images, labels = pair
            c = torch.eye(model.num_classes)[labels]
            mu, log_var = model.encoder(images, c)
            x_hat = model.decoder(reparameterize(mu, log_var), c)
            per_image = reconstruction_loss(x_hat, images) + kl_divergence(mu, log_var)
            per_image.mean().backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(per_image.detach())
    finally:
        model.train(was)
    return torch.cat(losses).mean().item()
