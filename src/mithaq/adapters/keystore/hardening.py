"""What a process that holds keys gives up at its start: core dumps and being looked into.

Spec: docs/spec 6.1.
"""

import ctypes
import resource

_PR_SET_DUMPABLE = 4


def forbid_dumps() -> None:
    """No core file, and no other process of this user may trace this one or read its memory.

    A kernel that knows no such call leaves the rest of the protection as it is.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
