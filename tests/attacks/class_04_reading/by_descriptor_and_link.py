# tries: other roads to the same files: descriptors of folders, links of both kinds, /proc/self/fd, openat2, chdir
# %% after="encoder"
import os

os.symlink("@GRADEBOOK@", "soft")
denied("read through a symbolic link", open, "soft")
denied("wrote through a symbolic link", open, "soft", "a")
denied("hard link", os.link, "@GRADEBOOK@", "hard")
denied("hard link to a package", os.link, os.__file__, "hard")
denied("moved out of reach", os.rename, "@GRADEBOOK@", "mine")
os.chdir("/")
denied("read after chdir", open, "@GRADEBOOK@".lstrip("/"))
denied("opened a folder", os.open, os.path.dirname("@GRADEBOOK@"), os.O_RDONLY)
folder = os.open(os.path.dirname("@GRADEBOOK@"), os.O_PATH)
denied("read below an O_PATH folder", os.open, os.path.basename("@GRADEBOOK@"), os.O_RDONLY, dir_fd=folder)
file = os.open("@GRADEBOOK@", os.O_PATH)
denied("read an O_PATH file", os.read, file, 10)
denied("reopened an O_PATH file", open, f"/proc/self/fd/{file}")
denied("reopened an O_PATH file", open, f"/dev/fd/{file}")
result, error = syscall(437, -100, b"@GRADEBOOK@\0", bytes(24), 24)
if result >= 0:
    breached("openat2")
