# misconception: half-kept-from-zero-below-only
def continuous_bernoulli_log_norm(lam):
    t = (1 - 2 * lam).abs()
    return (2 * torch.atanh(t) / t.clamp(min=1e-5)).log()
