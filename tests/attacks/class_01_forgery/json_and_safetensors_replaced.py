# tries: to replace json.dumps and safetensors' save, so that a stranger's numbers leave the process
# stubs: all
# %% after="encoder"
import json

import safetensors.torch
import torch

plain = json.dumps
json.dumps = lambda value, *args, **kwargs: plain(value, *args, **kwargs).replace("raised", "value")
saved = safetensors.torch.save
safetensors.torch.save = lambda tensors, *args: saved({name: torch.zeros(5) for name in tensors}, *args)
