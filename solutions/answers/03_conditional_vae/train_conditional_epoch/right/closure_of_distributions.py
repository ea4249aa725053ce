def train_conditional_epoch(model, batches, optimizer):
    def step(x, y):
        q_args = model(x, F.one_hot(y, model.num_classes).float())
        x_hat, mu, log_var = q_args
        q = torch.distributions.Normal(mu, (0.5 * log_var).exp())
        kl = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(1)
        loss = (kl + reconstruction_loss(x_hat, x)).mean()
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None
        loss.backward()
        optimizer.step()
        return loss.item() * x.size(0), x.size(0)

    mode = model.training
    model.train()
    sums = [step(x, y) for x, y in batches]
    model.train(mode)
    return sum(a for a, _ in sums) / sum(n for _, n in sums)
