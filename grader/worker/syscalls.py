"""The system calls that a confined worker may make. Everything else fails with EPERM.

What is missing here is missing on purpose: sockets, exec, fork and every other way to start a process, ptrace and
reading other processes' memory, mounting and namespaces, changing limits, owners, modes or clocks, shared memory and
message queues that outlive the worker, io_uring, bpf and keyrings; and fallocate, which fills a disk without writing.
`sandbox` allows some calls for certain arguments only: mmap, madvise, fcntl, ioctl, clone, prctl, prlimit64 and kill.
"""

from __future__ import annotations

FILES = """
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 open openat openat2 close close_range
    stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 lseek readlink readlinkat getdents
    getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink
    symlinkat truncate ftruncate fsync fdatasync sync_file_range flock dup dup2 dup3 pipe pipe2 umask
    copy_file_range sendfile fadvise64 readahead
"""
WAITING = """
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd
    eventfd2 timerfd_create timerfd_settime timerfd_gettime futex futex_waitv nanosleep clock_nanosleep sched_yield
    wait4 waitid pause restart_syscall
"""
MEMORY = "munmap mprotect mremap msync mincore brk mlock munlock membarrier get_mempolicy"
SIGNALS = """
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack setitimer
    getitimer alarm
"""
ITSELF = """
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp getpgid getsid uname
    sysinfo times getrusage getrlimit gettimeofday time clock_gettime clock_getres set_robust_list get_robust_list
    set_tid_address rseq arch_prctl sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
    sched_get_priority_min getpriority getcpu getrandom exit exit_group capget
"""
ALLOWED = (FILES + WAITING + MEMORY + SIGNALS + ITSELF).split()
