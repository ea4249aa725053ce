# tries: to go on after the end: atexit, destructors, threads that ignore everything, timers, closed channel
# %% after="negative_elbo"
import atexit
import signal
import threading
import time


def stay():
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass


for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
atexit.register(stay)
for _ in range(3):
    threading.Thread(target=stay).start()


class Late:
    def __del__(self):
        open("@OUTSIDE@/too-late", "w")


late = Late()
