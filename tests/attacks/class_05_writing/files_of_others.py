# tries: to change the gradebook, the journal, other submissions, the home, the course and installed packages
# %% after="encoder"
import os
import site
import torch

packages = os.path.dirname(os.path.dirname(torch.__file__))
for place in (
    "@GRADEBOOK@",
    "@NEIGHBOUR@",
    "@OUT@/results.sqlite",
    "@OUT@/gradebook.csv",
    "@HOME@/.bashrc",
    "@HOME@/.config/matplotlib/matplotlibrc",
    "@HOME@/.ipython/profile_default/startup/00.py",
    "@COURSE@/conftest.py",
    "@COURSE@/tests/conftest.py",
    "@COURSE@/grader/checks/conftest.py",
    "@COURSE@/grader/checks/plain_vae/conftest.py",
    "@COURSE@/grader/checks/plain_vae/checks.py",
    "@COURSE@/vaelab/data.py",
    f"{packages}/sitecustomize.py",
    f"{packages}/zzz.pth",
    f"{packages}/torch/__init__.py",
    f"{packages}/torch/__pycache__/x.pyc",
    os.__file__,
    "@OUTSIDE@/file",
    "/tmp/file",
    "/var/tmp/file",
    "/dev/shm/file",
    "/dev/full",
    "/dev/tty",
    "/proc/self/comm",
    "/proc/self/oom_score_adj",
    "/proc/sys/kernel/core_pattern",
):
    for flags in (os.O_WRONLY, os.O_WRONLY | os.O_CREAT, os.O_RDWR | os.O_TRUNC, os.O_WRONLY | os.O_APPEND):
        denied(f"opened {place} for writing", os.open, place, flags)
denied("unnamed file", os.open, "@OUTSIDE@", os.O_TMPFILE | os.O_RDWR)
