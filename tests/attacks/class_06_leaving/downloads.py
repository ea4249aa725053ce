# tries: the usual ways of asking the network: urllib, torch.hub, mnist from vaelab
# %% after="encoder"
import urllib.request

import torch

denied("urllib", urllib.request.urlopen, "http://127.0.0.1:@PORT@/", timeout=1)
denied("torch.hub", torch.hub.download_url_to_file, "http://127.0.0.1:@PORT@/", "x")
