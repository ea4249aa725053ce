# tries: to write a passing reply to every open descriptor (the worker is ended for it; the cell counts as broken)
# %% after="negative_elbo"
import os

for number in range(3, 1024):
    try:
        os.write(number, b'\x20\x00\x00\x00\x1c\x00\x00\x00{"to": 1, "reply": {"value": true}}')
    except OSError:
        pass
