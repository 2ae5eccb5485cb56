"""Puts a fork of the zygote in a cage of its own: namespaces, private folders, limits, and no capabilities.

Called in the order `enter` (in the supervisor), fork, `lock` (in the child that will run the student's code). Linux only.
Each submission has its own process tree, so that killing its first process ends all of them, and its own empty folders,
so that nothing of another submission can be seen. The outer wall (`walls`) has already taken away the file system and the network.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any

from isa.grading.sandbox.syscalls import refuse_dangerous

_LIBC = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 1, 24, 38, 4
CAPABILITY_VERSION_3 = 0x20080522


def enter(limits: dict[str, Any], folder: str) -> None:
    """Leave the zygote's namespaces: the next fork is the first process of a new tree. `folder` is the student's own, one of the private ones."""
    user, group = os.getuid(), os.getgid()
    # The rlimit at this moment becomes the limit of the whole new user namespace, for all its processes together.
    resource.setrlimit(resource.RLIMIT_NPROC, (limits["processes"], limits["processes"]))
    _check(_LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS), "unshare")
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    for place in limits["private"]:
        _mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, f"size={limits['disk']},nr_inodes=20000,mode=0700")
    # The old /proc shows the zygote and every other submission; nothing is better than that.
    _mount("tmpfs", "/proc", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k")
    os.chdir(folder)


def lock(limits: dict[str, Any]) -> None:
    """In the first process of the tree: die with the supervisor, take the limits, give up every capability for good."""
    # A process group reaches across namespaces: kill(0) would end the zygote.
    os.setsid()
    _check(_LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    for which, value in (
        (resource.RLIMIT_AS, limits["memory"] + _already_mapped()),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_CPU, int(limits["submission_seconds"]) + 5),
    ):
        resource.setrlimit(which, (value, value))
    for capability in range(64):
        _LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _check(_LIBC.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(_LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    refuse_dangerous()


def _already_mapped() -> int:
    """Address space that the warm interpreter holds already; the limit counts it, though none of it is the student's."""
    return _MAPPED


def remember_mapped() -> None:
    """Measure the zygote's address space, while /proc is still there."""
    global _MAPPED
    if os.path.exists("/proc/self/statm"):
        with open("/proc/self/statm") as file:
            _MAPPED = int(file.read().split()[0]) * resource.getpagesize()


_MAPPED = 0


def _mount(what: str | None, where: str, kind: str | None, flags: int, data: str = "") -> None:
    words = [None if word is None else word.encode() for word in (what, where, kind)]
    _check(_LIBC.mount(*words, ctypes.c_ulong(flags), data.encode() or None), f"mount {where}")


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
