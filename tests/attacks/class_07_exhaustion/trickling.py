# slow
# tries: to fill the disk behind a reply that trickles in, a byte at a time, so that nobody looks
# loses: evaluate
# %% exercise="evaluate"
import os
import struct
import threading
import time


def trickle():
    os.write(3, struct.pack("<I", 10_000))
    while True:
        os.write(3, b" ")
        time.sleep(0.05)


def evaluate(model, batches):
    threading.Thread(target=trickle, daemon=True).start()
    block = bytes(2**20)
    for number in range(4000):
        with open(f"big-{number}", "wb") as file:
            for _ in range(30):
                file.write(block)
