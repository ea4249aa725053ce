# tries: NaN and infinity, which some comparisons call close to anything
# useless: kl_divergence reconstruction_loss negative_elbo
# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    return mu.sum(dim=1) * float("nan")


# %% exercise="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    return (x_hat * 0 + float("inf")).sum(dim=1)


# %% exercise="negative_elbo"
def negative_elbo(x, x_hat, mu, log_var):
    return mu.sum() * float("nan")
