# tries: to remove, rename, link, create, truncate, touch and chmod outside the scratch folder
# %% after="encoder"
import os
import posix
import shutil

for place in ("@GRADEBOOK@", "@NEIGHBOUR@", "@OUT@/results.sqlite", os.__file__):
    denied("removed", os.remove, place)
    denied("truncated", os.truncate, place, 0)
    denied("moved in", os.rename, place, "mine")
    denied("replaced", os.replace, __import__("tempfile").mkstemp()[1], place)
    denied("touched", posix.utime, place)
    denied("chmod", posix.chmod, place, 0o777)
    denied("chown", os.chown, place, 0, 0)
    denied("linked in", os.link, place, "linked")
    denied("xattr", os.setxattr, place, "user.x", b"1")
for place in ("@OUTSIDE@", "@OUT@", "@HOME@", "/tmp", "/dev/shm"):
    denied("mkdir", os.mkdir, f"{place}/folder")
    denied("symlink", os.symlink, "/etc/passwd", f"{place}/link")
    denied("fifo", os.mkfifo, f"{place}/fifo")
    denied("node", os.mknod, f"{place}/node")
    open("own", "w").close()
    denied("moved out", os.rename, "own", f"{place}/own")
    denied("linked out", os.link, "own", f"{place}/own")
here = os.getcwd()
denied("removed the scratch folder", os.rmdir, here)
denied("moved the scratch folder", os.rename, here, "@OUTSIDE@/moved")
denied("moved the scratch folder inside itself", os.rename, here, here + "-away")
shutil.rmtree("@OUT@", ignore_errors=True)
shutil.rmtree(os.path.dirname("@NEIGHBOUR@"), ignore_errors=True)
