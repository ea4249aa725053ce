# tries: to rewrite the source of probes before they are compiled, so that they bring back ones
# loses: kl_divergence
# %% exercise="kl_divergence"
import builtins

plain_compile = builtins.compile


def compile_with_love(source, filename, *args, **kwargs):
    if filename == "<probe>" and "def gradients(" in source:
        source = "import torch\ndef gradients(names, function, weights, *a):\n    return {'result': torch.ones(5), 'gradients': [torch.ones_like(x) for x in a]}\n"
    return plain_compile(source, filename, *args, **kwargs)


builtins.compile = compile_with_love


def kl_divergence(mu, log_var):
    return (mu * 0).sum(dim=1)


# %% honest="kl_divergence"
def kl_divergence(mu, log_var):
    return (mu * 0).sum(dim=1)


# %% after="reconstruction_loss"
import builtins

builtins.compile = plain_compile
