import math


def train_conditional_epoch(model, batches, optimizer):
    """optimizer.step(closure), which also returns the loss; puts the mode back although it need not."""
    was_training = model.training
    model.train(True)
    sums, sizes = [], []
    for x, y in batches:
        c = torch.zeros(len(y), model.num_classes, dtype=x.dtype, device=x.device).scatter_(1, y.unsqueeze(1), 1.0)

        def closure():
            optimizer.zero_grad()
            x_hat, mu, log_var = model(x, c)
            loss = (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).sum() / len(x)
            loss.backward()
            return loss

        sums.append(optimizer.step(closure).item() * len(x))
        sizes.append(len(x))
    model.train(was_training)
    return math.fsum(sums) / sum(sizes)
