# tries: SIGKILL, SIGTERM, SIGSEGV and an abort, each by its own hand
# loses: kl_divergence reconstruction_loss evaluate
# %% exercise="kl_divergence"
import os
import signal


def kl_divergence(mu, log_var):
    os.kill(os.getpid(), signal.SIGKILL)


# %% exercise="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    os.abort()


# %% exercise="evaluate"
def evaluate(model, batches):
    __import__("ctypes").string_at(0)
