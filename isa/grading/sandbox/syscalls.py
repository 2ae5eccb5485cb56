"""A filter of system calls: what no notebook needs and what makes holes in kernels is refused before the kernel looks at it.

Namespaces alone would let a student's code make user namespaces of its own, and with them reach code in the kernel that ordinary
processes never reach. The filter is a small program in the kernel's own filter language (seccomp), set once and inherited by every child.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF: load word, jump if ==, >=, &; return
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag of clone
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

# Numbers by processor; from linux/include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl.
_SHARED = {425, 426, 427, 428, 429, 430, 431, 432, 433, 442}  # io_uring …, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr
_CLONE3 = 435
_TABLES = {
    # ptrace, pivot_root, chroot, mount, umount2, swapon, swapoff, reboot, init_module, delete_module, quotactl, kexec_load, add_key,
    # request_key, keyctl, unshare, perf_event_open, setns, process_vm_readv, process_vm_writev, finit_module, bpf, userfaultfd
    "x86_64": (
        0xC000003E,
        56,
        {101, 155, 161, 165, 166, 167, 168, 169, 175, 176, 179, 246, 248, 249, 250, 272, 298, 308, 310, 311, 313, 321, 323},
    ),
    "aarch64": (
        0xC00000B7,
        220,
        {117, 41, 51, 40, 39, 224, 225, 142, 105, 106, 60, 104, 217, 218, 219, 97, 241, 268, 270, 271, 273, 280, 282},
    ),
}


def refuse_dangerous() -> None:
    """Set the filter for this process and all that it will start. On a processor without a table here, the namespaces stand alone.

    Raises:
        OSError: the kernel does not take the filter.
    """
    table = _TABLES.get(platform.machine())
    if table is None:
        return
    program = _program(*table)
    code = ctypes.create_string_buffer(b"".join(program))
    # struct sock_fprog: the number of instructions, padding, the address of the first
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(head), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _program(architecture: int, clone: int, refused: set[int]) -> list[bytes]:
    numbers = sorted(refused | _SHARED)
    # Each comparison jumps to `refuse`, which stands at the end; distances are counted from the next instruction.
    body = [
        (_EQUAL, _CLONE3, "unknown", None),  # as a kernel without it would answer: the C library then uses clone, whose flags can be seen
        (_AT_LEAST, 0x40000000, "refuse", None),  # the second table of x86-64 processors
        *((_EQUAL, number, "refuse", None) for number in numbers),
        (_EQUAL, clone, None, "allow"),
        (_LOAD, _FIRST_ARGUMENT, None, None),
        (_ANY_BIT, _NEW_NAMESPACES, "refuse", None),
    ]
    head = [(_LOAD, _ARCHITECTURE, None, None), (_EQUAL, architecture, None, "refuse"), (_LOAD, _NUMBER, None, None)]
    ends = {"allow": (_RETURN, _ALLOW), "refuse": (_RETURN, _REFUSE | errno.EPERM), "unknown": (_RETURN, _REFUSE | errno.ENOSYS)}
    lines = [*head, *body]
    place = {name: len(lines) + position for position, name in enumerate(ends)}
    made = []
    for position, (code, value, yes, no) in enumerate(lines):
        jumps = [place[target] - position - 1 if target else 0 for target in (yes, no)]
        made.append(struct.pack("HBBI", code, *jumps, value))
    return made + [struct.pack("HBBI", code, 0, 0, value) for code, value in ends.values()]
