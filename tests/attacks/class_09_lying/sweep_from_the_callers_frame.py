# lesson: 04_beta
# stubs: trained_beta
# tries: a sweep and a loss that look for the expected values in the frames and objects of whoever calls them
# useless: beta_sweep beta_loss
# %% exercise="beta_sweep"
import gc
import sys


def _wanted(*shape):
    frame = sys._getframe(1)
    while frame is not None:
        for name in ("expected", "right", "suspects", "thresholds"):
            if name in frame.f_locals:
                breached(f"{name} in a frame: {frame.f_locals[name]!r:.80}")
        frame = frame.f_back
    for found in gc.get_objects():
        if isinstance(found, dict) and "beta-ignored" in found:
            breached("what wrong ideas give")
    return torch.zeros(shape)


def beta_sweep(betas, make_vae, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    return [(beta, *_wanted(2).tolist()) for beta in betas]


# %% exercise="beta_loss"
def beta_loss(x, x_hat, mu, log_var, beta):
    return _wanted()
