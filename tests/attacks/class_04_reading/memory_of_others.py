# tries: to read the memory of the grader and of a stranger's process
# %% after="encoder"
import ctypes
import os

for process in (@GRADER@, @SENTINEL@, os.getppid()):
    there = ctypes.create_string_buffer(64)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(there), 64)
    for number in (310, 311):
        if syscall(number, process, vector, 1, vector, 1, 0)[0] >= 0:
            breached(f"process_vm {number} of {process}")
    for request in (16, 0x4206, 12):
        if syscall(101, request, process, 0, 0)[0] >= 0:
            breached(f"ptrace {request} of {process}")
    if syscall(434, process, 0)[0] >= 0:
        breached("pidfd_open")
    for name in ("mem", "environ", "maps", "fd", "cwd/x", "root/etc/passwd", "task", "status", "cmdline"):
        denied(f"/proc/{process}/{name}", open, f"/proc/{process}/{name}", "rb")
    for name in ("cwd", "exe", "root", "fd/0"):
        denied(f"link /proc/{process}/{name}", os.readlink, f"/proc/{process}/{name}")
