# slow
# tries: to close the channel and to stay alive all the same
# %% after="encoder"
import os
import time

os.close(3)
while True:
    time.sleep(1)
