# wrong: it clears the model's gradients to be on the safe side, but gradients that a caller has accumulated are none of its business and are lost.
def evaluate(model, batches):
    model_was_training = model.training
    model.eval()
    model.zero_grad()
    try:
        with torch.no_grad():
            pairs = [(negative_elbo(x, *model(x)).item(), x.shape[0]) for x in batches]
    finally:
        model.train(model_was_training)
    return sum(a * b for a, b in pairs) / sum(b for _, b in pairs)
