# tries: to signal the grader, its siblings, a stranger and everybody
# %% after="encoder"
import os
import signal

for target in (@GRADER@, @SENTINEL@, os.getppid(), 1, 0, -1, -os.getpgrp()):
    for number in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        denied(f"signal {number} to {target}", os.kill, target, number)
for number, arguments in ((200, (@SENTINEL@, 9)), (234, (@SENTINEL@, @SENTINEL@, 9)), (129, (@SENTINEL@, 9, bytes(128))), (424, (3, 9, 0, 0))):
    if syscall(number, *arguments)[0] >= 0:
        breached(f"system call {number}")
denied("killpg", os.killpg, os.getpgrp(), 0)
