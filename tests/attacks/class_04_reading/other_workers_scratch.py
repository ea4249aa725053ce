# tries: to find and open the scratch folders of other submissions
# %% after="encoder"
import glob
import os
import tempfile

for pattern in ("/tmp/submission-*", os.path.dirname(os.getcwd()) + "/*", "/var/tmp/*", "/dev/shm/*"):
    if glob.glob(pattern):
        breached(f"listed {pattern}")
denied("listed the folder of all scratch folders", os.listdir, os.path.dirname(os.getcwd()))
denied("wrote beside it", tempfile.mkdtemp, dir=os.path.dirname(os.getcwd()))
