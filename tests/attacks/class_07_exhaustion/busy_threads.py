# tries: to take the processors from everybody else with threads that never rest, for as long as it may
# %% after="encoder"
import threading

import torch


def spin():
    x = torch.randn(200, 200)
    while True:
        x @ x


for _ in range(50):
    threading.Thread(target=spin, daemon=True).start()
