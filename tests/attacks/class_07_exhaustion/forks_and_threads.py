# tries: a fork bomb, and threads with tiny stacks until no process of the machine could start another
# slow
# %% after="encoder"
import os
import threading
import time

try:
    while True:
        os.fork()
except OSError:
    pass
threading.stack_size(32768)
for number in range(100_000):
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    if number == 30_000:
        breached("thirty thousand threads")
