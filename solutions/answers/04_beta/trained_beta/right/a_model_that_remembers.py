class Remember:
    def __init__(self):
        self.models = []

    def __call__(self):
        model = small_vae()
        self.models.append(model)
        return model


torch.manual_seed(7)
remember = Remember()
points = beta_sweep(BETAS, remember, train_batches, test_batches, epochs=10, learning_rate=4e-3)
units = [active_units(model, test_batches) for model in remember.models]
trained_beta = dict(
    models=dict(zip(BETAS, remember.models)),
    frontier=[tuple(p) for p in points],
    active_units=dict(zip(BETAS, units)),
    collapsed=[p[0] for p, n in zip(points, units) if p[1] < 0.1 and not n],
)
