# tries: input(), closed standard input, a closed channel, all descriptors closed
# loses: kl_divergence evaluate
# %% after="encoder"
import os
import sys

sys.stdin.close()
os.close(0)


# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    return input("a number: ")


# %% exercise="evaluate"
def evaluate(model, batches):
    os.closerange(0, 100)
