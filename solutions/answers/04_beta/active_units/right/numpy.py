@torch.no_grad()
def active_units(model, batches, threshold=0.01):
    import numpy as np

    training = model.training
    model.eval()
    means = np.concatenate([model.encoder(x)[0].numpy() for x in batches])
    model.train(training)
    return sum(1 for column in means.T if np.var(column, ddof=1) > threshold)
