# tries: scripts, terminal escapes, spreadsheet formulas and lone surrogates through messages and type names
# loses: kl_divergence
# useless: reconstruction_loss
# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    raise type("<script>alert(1)</script>", (Exception,), {})("=cmd|'/c calc'!A1 \x1b]0;owned\x07\x1b[31m \ud800 <img src=x onerror=alert(1)>")


# %% exercise="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    return type("<script>alert(2)</script>\x1b[2J", (), {})()
