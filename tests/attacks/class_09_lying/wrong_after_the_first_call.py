# tries: to be right for the first call only, in the hope that one is enough
# %% exercise="reconstruction_loss"
from torch.nn import functional as F

calls = 0


def reconstruction_loss(x_hat, x):
    global calls
    calls += 1
    loss = F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)
    return loss if calls == 1 else loss * 0


# %% honest="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1) * 0
