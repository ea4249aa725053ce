# tries: to change the directory, to delete its own files, to put a file where its folder was
# %% after="encoder"
import os
import shutil

here = os.getcwd()
os.chdir("/usr/lib")
shutil.rmtree(here, ignore_errors=True)


# %% after="decoder"
import sys

sys.path.clear()
