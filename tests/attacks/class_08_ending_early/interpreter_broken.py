# tries: to leave a broken interpreter to the cells that come after: no builtins, no garbage collector, tiny recursion
# loses: negative_elbo
# %% exercise="negative_elbo"
import builtins
import sys

sys.setrecursionlimit(60)
for name in list(vars(builtins)):
    if name not in ("__import__", "__build_class__", "BaseException", "getattr", "type", "isinstance"):
        delattr(builtins, name)
