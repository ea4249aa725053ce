# tries: a thread that waits and then answers questions in place of the main one
# loses: kl_divergence
# %% exercise="kl_divergence"
import json
import os
import struct
import threading
import time


def speak():
    for number in range(1000):
        text = json.dumps({"to": number, "reply": {"value": [1.0, 2.0]}}).encode()
        os.write(3, struct.pack("<II", 4 + len(text), len(text)) + text)
        time.sleep(0.0001)


def kl_divergence(mu, log_var):
    threading.Thread(target=speak, daemon=True).start()
    time.sleep(0.05)
    return mu.sum(dim=1) * 0
