# tries: to leave something in caches that a later submission would load: matplotlib, torch, tempfile, modules
# %% after="encoder"
import os
import sys
import tempfile

import matplotlib
import torch

tempfile.tempdir = "@OUTSIDE@"
os.environ.update(PYTHONPATH="@OUTSIDE@", PYTHONSTARTUP="@OUTSIDE@/x.py", LD_PRELOAD="@OUTSIDE@/x.so", TMPDIR="/tmp")
for place in (torch.hub.get_dir(), matplotlib.get_cachedir(), matplotlib.get_configdir(), os.path.expanduser("~")):
    if not os.path.realpath(place).startswith(os.getcwd()):
        denied(f"cache {place}", open, os.path.join(place, "poison"), "w")
with open("sitecustomize.py", "w") as file:
    file.write("raise SystemExit")
os.mkdir("torch")
open("torch/__init__.py", "w").close()
sys.path.insert(0, "")
