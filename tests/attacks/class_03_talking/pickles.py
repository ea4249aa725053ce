# tries: to have pickles opened: as bytes, as a tensor file and inside a frame
# loses: reconstruction_loss
# useless: kl_divergence
# %% exercise="kl_divergence"
import os
import pickle


class Payload:
    def __reduce__(self):
        return (os.system, ("touch @OUTSIDE@/from-pickle",))


def kl_divergence(mu, log_var):
    return pickle.dumps(Payload())


# %% exercise="reconstruction_loss"
import struct


def reconstruction_loss(x_hat, x):
    body = pickle.dumps({"to": 1, "reply": Payload()})
    os.write(3, struct.pack("<II", 4 + len(body), len(body)) + body)
