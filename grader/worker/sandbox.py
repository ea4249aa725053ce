"""Confinement of the calling process: what a worker does to itself before a line of a submission runs.

Landlock (by sandlock) rules the file system, signals and abstract sockets; seccomp (by pyseccomp) everything else that
a process can ask the kernel for; rlimits what it may use. Root's capabilities are given up. None of it can be undone by
the process.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.worker.limits import Limits
from grader.worker.syscalls import ALLOWED

_CAPABILITY_VERSION = 0x20080522
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_PR_SET_NAME, _PR_GET_NAME = 15, 16
_PR_SET_VMA = 0x53564D41
_CLONE_THREAD = 0x10000
_CLONE_NAMESPACES = 0x7E020000  # mount, cgroup, UTS, IPC, user, PID, network
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
_TCGETS, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIOCLEX = 0x5401, 0x5413, 0x541B, 0x5421, 0x5451
_ADVICE = (*range(5), 8, 10, 11, 14, 15, 16, 17)  # on memory of its own; none that fails pages, merges or pages out
_FCNTLS = (*range(8), 1030, 1031, 1032)  # no F_SETOWN, no F_SETSIG, no leases; 1030 and on: F_DUPFD_CLOEXEC, pipe sizes
_WANTED_LANDLOCK = 6  # the first that confines signals and abstract sockets


@dataclass(frozen=True)
class Isolation:
    """What this machine can isolate. `missing` has a sentence for each thing that it cannot."""

    landlock_abi: int
    seccomp: bool
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing

    def sentence(self) -> str:
        if self.complete:
            return f"Submissions run isolated (Landlock ABI {self.landlock_abi}, seccomp, resource limits)."
        return "Submissions do NOT run isolated here: " + " ".join(self.missing)


def describe() -> Isolation:
    """Finds out what this machine can isolate, without confining anything."""
    if sys.platform != "linux":
        return Isolation(0, False, (f"{platform.system()} has neither Landlock nor seccomp.",))
    missing = []
    abi, seccomp = _landlock_abi(), _has_seccomp()
    if abi == 0:
        missing.append("The kernel has no Landlock (Linux 5.13 and newer have it), so files are not protected.")
    elif abi < _WANTED_LANDLOCK:
        missing.append(f"The kernel's Landlock ABI is {abi}; confining signals needs ABI {_WANTED_LANDLOCK}.")
    if not seccomp:
        missing.append("libseccomp is not installed, so network, processes and ptrace are not blocked.")
    return Isolation(abi, seccomp, tuple(missing))


def _landlock_abi() -> int:
    try:
        import sandlock

        return max(0, int(sandlock.landlock_abi_version()))
    except (ImportError, OSError, RuntimeError):
        return 0


def _has_seccomp() -> bool:
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        return False
    return True


class Confinement:
    """What this machine can confine a process with.

    Made once, in the parent of the processes that confine themselves with it: loading the libraries and naming the
    system calls takes several times as long as the rest.
    """

    def __init__(self, extra_readable: list[Path]) -> None:
        isolation = describe()
        self._files = isolation.landlock_abi > 0
        self._readable = [str(path) for path in [*_interpreter_paths(), *extra_readable] if os.path.exists(path)]
        self._calls = _allowed_calls() if isolation.seccomp else None

    def confine(self, scratch: Path, limits: Limits) -> None:
        """Confines the calling process for good, as far as this machine can. Call it before any thread is started."""
        _be_the_first_to_go()
        if sys.platform == "linux":
            _give_up_capabilities()
            _die_with_parent()
        _limit_resources(limits)
        if self._files:
            _confine_files(scratch, self._readable)
        if self._calls:
            _confine_system_calls(self._calls)


def _give_up_capabilities() -> None:
    """What only root may do is no longer allowed; OSError if that fails. For other users it changes nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = 0
    while libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) == 0:
        number += 1
    header, none = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(header, none):
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")


def _die_with_parent() -> None:
    import signal

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _be_the_first_to_go() -> None:
    """When memory runs out, the kernel is to end this process rather than the grader or anything else."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _limit_resources(limits: Limits) -> None:
    core = 1 if resource.getrlimit(resource.RLIMIT_CORE)[1] else 0  # 1 byte also keeps away programs that collect dumps
    resource.setrlimit(resource.RLIMIT_CORE, (core, core))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        ceiling = pages * resource.getpagesize() + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _confine_files(scratch: Path, readable: list[str]) -> None:
    import sandlock

    sandlock.confine(sandlock.Sandbox(fs_readable=readable, fs_writable=[str(scratch), "/dev/null"]))


def _interpreter_paths() -> list[Path]:
    """The standard library, the installed packages, the shared libraries and harmless devices."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {str(sysconfig.get_config_var("LIBDIR")), "/usr/lib", "/usr/lib64", "/lib", "/lib64"}
    paths |= {"/usr/share/zoneinfo", "/usr/share/fonts", "/etc/ld.so.cache", "/etc/localtime"}
    paths |= {"/dev/urandom", "/dev/zero", "/dev/null"}
    return [Path(path) for path in sorted(paths)]


def _allowed_calls() -> Any:
    """The filter of system calls, but for those that name the process itself."""
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        _allow(rules, name)
    equal = seccomp.EQ
    for number in (_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA):
        _allow(rules, "prctl", seccomp.Arg(0, equal, number))
    for number in (_TCGETS, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIOCLEX):
        _allow(rules, "ioctl", seccomp.Arg(1, equal, number))
    for number in _ADVICE:
        _allow(rules, "madvise", seccomp.Arg(2, equal, number))
    for number in _FCNTLS:
        _allow(rules, "fcntl", seccomp.Arg(1, equal, number))
    _allow(rules, "prlimit64", seccomp.Arg(2, equal, 0))
    flags = _CLONE_THREAD | _CLONE_NAMESPACES
    _allow(rules, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flags, _CLONE_THREAD))
    for shared in (0, _MAP_SHARED | _MAP_ANONYMOUS):  # a shared map of a file writes without a call that is counted
        mask = _MAP_SHARED | (_MAP_ANONYMOUS if shared else 0)
        _allow(rules, "mmap", seccomp.Arg(3, seccomp.MASKED_EQ, mask, shared))
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # makes the C library fall back to clone
    return rules


def _confine_system_calls(rules: Any) -> None:
    import pyseccomp as seccomp

    for name in ("kill", "tgkill"):
        _allow(rules, name, seccomp.Arg(0, seccomp.EQ, os.getpid()))
    rules.load()


def _allow(rules: Any, name: str, *arguments: Any) -> None:
    import pyseccomp as seccomp

    with contextlib.suppress(OSError):  # a call that this architecture does not have
        rules.add_rule(seccomp.ALLOW, name, *arguments)
