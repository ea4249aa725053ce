# tries: to hold up others with leases and locks on files that everybody opens
# %% after="encoder"
import fcntl
import os

import torch

for place in (torch.__file__, os.__file__, torch.distributions.__file__):
    number = os.open(place, os.O_RDONLY)
    denied("a write lease", fcntl.fcntl, number, 1024, fcntl.F_WRLCK)
    denied("a read lease", fcntl.fcntl, number, 1024, fcntl.F_RDLCK)
    denied("a watched folder", fcntl.fcntl, os.open(os.path.dirname(place), os.O_RDONLY), 1026, 2)
    os.close(number)
