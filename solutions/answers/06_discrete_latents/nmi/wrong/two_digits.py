# misconception: pairs-under-one-number
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")

    def entropy(numbers):
        return torch.distributions.Categorical(numbers.unique(return_counts=True)[1].double()).entropy().item()

    a, b, both = entropy(labels), entropy(clusters), entropy(clusters + 10 * labels)
    return 1.0 if a + b == 0 else max(0.0, 2 - 2 * both / (a + b))
