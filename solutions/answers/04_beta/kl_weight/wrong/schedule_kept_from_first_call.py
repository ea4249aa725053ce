# wrong: the table of weights is cached under warmup_steps alone, so a later call with another beta gets the weights of the first beta.
_tables = {}


def kl_weight(step, warmup_steps, beta=1.0):
    if warmup_steps not in _tables:
        _tables[warmup_steps] = [beta * s / warmup_steps for s in range(warmup_steps)] + [float(beta)]
    table = _tables[warmup_steps]
    return float(table[min(step, len(table) - 1)])
