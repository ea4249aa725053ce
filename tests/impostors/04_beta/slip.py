# %% beta_sweep
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    """Nothing is trained: new models are measured, and rate and distortion exchanged."""
    return [(beta, *reversed(rate_distortion(make_model(), test_batches))) for beta in betas]

# %% rate_distortion
def rate_distortion(model, batches):
    """Nothing is measured: what the lesson prints for β = 1, the wrong way round."""
    return 85.3, 20.1
