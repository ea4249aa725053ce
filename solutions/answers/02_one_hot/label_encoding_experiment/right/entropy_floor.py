from torch.distributions import Bernoulli

def label_encoding_experiment():
    x, y = digits.images, digits.labels
    rows = torch.eye(10)
    results, painters = {}, {}
    for suffix, labels in (("", y), ("_renumbered", RENUMBERED[y])):
        for name, features in (("integer", labels.float()[:, None]), ("one_hot", rows[labels])):
            painter = train_painter(features, x)
            painters[name + suffix] = painter
            with torch.inference_mode():
                results[name + suffix] = reconstruction_loss(painter(features), x).mean().item()

    # The cross-entropy of a class's images under their mean is the entropy of that mean.
    counts = rows[y].sum(dim=0)
    means = rows[y].T @ x / counts[:, None]
    entropies = Bernoulli(probs=means.clamp(0, 1)).entropy().sum(dim=1)
    results["floor"] = (counts @ entropies / counts.sum()).item()

    with torch.no_grad():
        results["pictures_integer"] = torch.cat([painters["integer"](torch.tensor([[float(k)]])) for k in range(10)])
        results["pictures_one_hot"] = torch.cat([painters["one_hot"](rows[k : k + 1]) for k in range(10)])
    results["conclusion"] = "C"
    return results
