# tries: output without end on every stream
# %% after="encoder"
import os
import sys

for _ in range(300):
    print("x" * 100_000)
    print("y" * 100_000, file=sys.stderr)
    os.write(1, b"z" * 100_000)
