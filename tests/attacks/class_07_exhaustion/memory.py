# tries: all the memory there is: Python, torch, anonymous maps
# %% after="encoder"
import mmap

import torch

kept = []
for get in (lambda: bytearray(2**30), lambda: torch.ones(2**28), lambda: mmap.mmap(-1, 2**30)):
    try:
        for _ in range(100):
            kept.append(get())
        breached("a hundred gigabytes")
    except (MemoryError, RuntimeError, OSError):
        kept.clear()
