# tries: namespaces, mounts, other users, modules, clocks, keys, io_uring, bpf and the rest of what a process may ask for
# %% after="encoder"
import os

for number in (
    155, 161, 163, 165, 166, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 180, 246, 248, 249, 250, 272, 298,
    300, 303, 304, 308, 312, 313, 317, 319, 320, 321, 323, 425, 426, 427, 428, 429, 430, 432, 438, 442, 444, 445,
    446, 447, 29, 30, 31, 64, 66, 68, 69, 71, 240, 241, 105, 106, 113, 114, 117, 119, 122, 123, 126, 135, 141, 142,
    144, 154, 159, 164, 203, 205, 206, 227, 237, 238, 256, 279, 92, 90, 91, 93, 94, 133, 259, 260, 268, 132, 235,
    261, 280, 188, 197, 101, 310, 311, 434, 424, 440, 133, 222, 226, 285, 448, 450, 451, 282, 289, 253, 254, 294,
):
    result, error = syscall(number, 0, 0, 0, 0, 0, 0)
    if result >= 0 or error not in (1, 38):
        breached(f"system call {number} gave {result}, error {error}")
denied("setuid", os.setuid, 1)
denied("nice", os.nice, -1)
denied("scheduler", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
denied("affinity", os.sched_setaffinity, 0, {0})
