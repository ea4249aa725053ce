# tries: input(), closed standard streams, a closed channel, all descriptors closed
# loses: kl_divergence evaluate
# %% after="encoder"
import os
import sys

for stream in (sys.stdin, sys.stdout, sys.stderr):
    stream.close()


# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    return input("a number: ")


# %% exercise="evaluate"
def evaluate(model, batches):
    os.closerange(0, 100)
