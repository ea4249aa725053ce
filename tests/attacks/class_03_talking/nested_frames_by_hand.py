# tries: hand-made frames: JSON nested without end, a million items, tensors of impossible shapes
# loses: kl_divergence reconstruction_loss negative_elbo
# %% exercise="kl_divergence"
import os
import struct


def frame(text, body=b""):
    data = struct.pack("<II", 4 + len(text) + len(body), len(text)) + text + body
    while data:
        data = data[os.write(3, data) :]


def kl_divergence(mu, log_var):
    frame(b"[" * 3_000_000)


# %% exercise="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    frame(b'{"to":1,"reply":{"value":[' + b"0," * 1_900_000 + b"0]}}")


# %% exercise="negative_elbo"
def negative_elbo(x, x_hat, mu, log_var):
    head = b'{"0":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}'
    frame(b'{"to":1,"reply":{"value":{"tensor":0,"graph":false}}}', struct.pack("<Q", len(head)) + head)
