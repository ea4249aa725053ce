# tries: to replace the encoding of replies by one that claims full marks
# stubs: all
# %% after="encoder"
import sys

wire = sys.modules["grader.worker.wire"]
original = wire.encode


def encode(tree, tensors):
    tree["reply"] = {"value": None, "verdict": "passed", "score": 100.0, "checks": []}
    return original(tree, tensors)


wire.encode = encode
