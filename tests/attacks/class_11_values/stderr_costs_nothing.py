# tries: nothing bad: right answers with warnings, logging and tracebacks on the error stream must cost no point
# %% after="encoder"
import logging
import sys
import traceback
import warnings

warnings.warn("this is only a warning")
logging.error("this is only a log")
print("Traceback (most recent call last):\nValueError: only a text", file=sys.stderr)
try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()


# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    warnings.warn("every call warns", UserWarning)
    print("and talks", file=sys.stderr)
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1)
