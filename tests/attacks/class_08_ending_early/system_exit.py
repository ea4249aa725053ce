# tries: sys.exit, quit, KeyboardInterrupt and GeneratorExit, from cells and answers
# loses: evaluate kl_divergence
# %% after="encoder"
import sys

sys.exit(0)


# %% after="decoder"
raise KeyboardInterrupt


# %% exercise="evaluate"
def evaluate(model, batches):
    raise GeneratorExit


# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    quit()
