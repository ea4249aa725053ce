# tries: to open the gradebook, another submission, the journal, solutions, checks, the home and its keys
# %% after="encoder"
import os

for place in (
    "@GRADEBOOK@",
    "@NEIGHBOUR@",
    "@HOME@/secret.txt",
    "@HOME@/.ssh/id_ed25519",
    "@COURSE@/solutions/01_plain_vae.py",
    "@COURSE@/grader/checks/plain_vae/checks.py",
    "@COURSE@/grader/checks/plain_vae/thresholds.toml",
    "@COURSE@/solutions/answers/01_plain_vae/encoder/right/raw_parameters.py",
    "@COURSE@/requirements.lock",
    "@OUT@/results.sqlite",
    "/etc/passwd",
    "/etc/shadow",
    "/proc/self/environ",
    "/proc/self/maps",
    "/proc/self/mem",
    "/proc/1/cmdline",
    "/proc/@GRADER@/environ",
    "/proc/@GRADER@/mem",
    "/proc/@GRADER@/maps",
    "/sys/kernel/notes",
    "/dev/mem",
):
    denied(f"read {place}", open, place, "rb")
for place in ("/", "/proc", "/tmp", "@HOME@", "@COURSE@", "@OUT@", os.path.dirname("@NEIGHBOUR@"), "/dev/shm", ".."):
    denied(f"listed {place}", os.listdir, place)
