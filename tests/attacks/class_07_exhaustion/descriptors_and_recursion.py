# tries: every descriptor, recursion without end in Python and in C, a stack that is too small
# loses: reconstruction_loss
# %% after="encoder"
import os
import sys

kept = []
try:
    while len(kept) < 5000:
        kept.append(os.pipe())
    breached("five thousand pipes")
except OSError:
    pass
for pair in kept:
    os.close(pair[0]), os.close(pair[1])


# %% exercise="reconstruction_loss"
import sys


def reconstruction_loss(x_hat, x):
    sys.setrecursionlimit(100_000)
    return reconstruction_loss(x_hat, x)


# %% after="reconstruction_loss"
def again(depth):
    return again(depth + 1)


again(0)
