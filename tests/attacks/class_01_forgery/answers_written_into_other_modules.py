# tries: to change what the course's locked cells bring, so that right values come from wrong code
# useless: reconstruction_loss
# %% exercise="reconstruction_loss"
from torch.nn import functional as F

F.binary_cross_entropy = lambda x_hat, x, **options: (x_hat - x).square()


def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)
