# tries: to find the instructor's environment: os.environ, the C library's copy, argv, the memory above the stack
# %% after="encoder"
import ctypes
import os
import sys

libc = ctypes.CDLL(None)
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
text, index = [], 0
while environ[index]:
    text.append(environ[index])
    index += 1
seen = repr(text) + repr(os.environ) + repr(sys.argv) + repr(sys.orig_argv)
if "grader-" + "secret" in seen or "@OUT@" in seen:
    breached(seen)
start = ctypes.cast(environ, ctypes.c_void_p).value
stack = ctypes.string_at(start, 4096)
if b"grader-" + b"secret" in stack:
    breached("the environment is on the stack")
