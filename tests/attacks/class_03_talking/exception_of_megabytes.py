# tries: exceptions with endless texts, names and tracebacks, which would fill the gradebook and the feedback
# loses: kl_divergence
# %% exercise="kl_divergence"
import json
import sys


def kl_divergence(mu, log_var):
    frame = sys._getframe()
    while frame is not None:
        me = frame.f_locals.get("self")
        if type(me).__name__ == "Servant":
            frames = [["x" * 70, 1, "y" * 100]] * 20_000
            me._describe = lambda error: {"type": "E" * 10_000, "message": "m" * 1_000_000, "frames": frames}
        frame = frame.f_back
    raise RuntimeError


# %% after="kl_divergence"
# The forged description stays for one exercise only, so that the others are graded as they are.
