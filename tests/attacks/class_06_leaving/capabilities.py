# tries: what only root may do, from a worker of a grader that is root
# %% after="encoder"
import ctypes
import os
import resource

sets = (ctypes.c_uint32 * 6)(*[1] * 6)
if ctypes.CDLL(None).capget((ctypes.c_uint32 * 2)(0x20080522, 0), sets) or any(sets):
    breached(f"capabilities {list(sets)}")
page = (ctypes.c_char * 8192)()
place = (ctypes.addressof(page) + 4095) // 4096 * 4096
for advice in (9, 12, 20, 21, 100, 101):  # remove, mergeable, cold, pageout, and pages marked as broken
    if syscall(28, place, 4096, advice)[0] == 0:
        breached(f"memory advice {advice}")
denied("a higher limit", resource.setrlimit, resource.RLIMIT_NOFILE, (4096, 4096))
denied("another owner", os.chown, ".", 1, 1)
denied("a device", os.mknod, "device", 0o60600, os.makedev(8, 0))
