# tries: to raise its own limits and others', to become undumpable, to outlive its parent, to leave core files
# %% after="encoder"
import resource

for what in range(16):
    soft, hard = resource.getrlimit(what)
    try:
        resource.setrlimit(what, (soft, hard))
        breached(f"setrlimit {what}")
    except (OSError, ValueError):
        pass
if resource.getrlimit(resource.RLIMIT_CORE)[1] > 1:
    breached("core files")
for option in (1, 4, 8, 22, 24, 28, 35, 36, 38, 39, 47, 50, 53, 59, 62):
    if syscall(157, option, 0, 0, 0, 0)[0] >= 0:
        breached(f"prctl {option}")
if syscall(302, @SENTINEL@, 7, bytes(16), 0)[0] >= 0:
    breached("prlimit of another process")
