import io
from collections import defaultdict


def fit(model, train_batches, test_batches, optimizer, epochs, patience, verbose=False):
    history = defaultdict(list)
    buffer, best, bad = None, math.inf, 0
    try:
        for epoch in range(epochs):
            a, b = train_epoch(model, train_batches, optimizer), evaluate(model, test_batches)
            history["train"].append(a)
            history["test"].append(b)
            if verbose:
                print(epoch, a, b)
            if b < best:
                best, bad = b, 0
                buffer = io.BytesIO()
                torch.save(model.state_dict(), buffer)
                continue
            bad = bad + 1
            if bad >= patience:
                return history
        return history
    finally:
        if buffer is not None:
            buffer.seek(0)
            model.load_state_dict(torch.load(buffer))
