"""seccomp: from now on some system calls fail in this process and those it starts, with "Operation not permitted".

`man 2 seccomp`. A filter is a program of classic BPF over the number of the call; ours has a list, for which
no compiler is needed. (pyseccomp, from PyPI, needs libseccomp on the machine.)
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from typing import NamedTuple


class _Machine(NamedTuple):
    """What <linux/audit.h> calls a machine, the number of seccomp(2) on it, and those of the calls that fail."""

    audit: int
    seccomp: int
    refused: tuple[int, ...]


# No network: socket, connect, accept, bind, listen, accept4. (A socketpair, which processes of one build talk
# through, is neither.) No other way to it, nor round the filter: io_uring_setup, _enter, _register. Nothing of other
# processes: ptrace, process_vm_readv, _writev, pidfd_getfd. Nothing of the system, should root run a build: unshare,
# setns, mount, umount2, pivot_root, chroot, bpf, perf_event_open, userfaultfd, open_by_handle_at, init_module,
# finit_module, delete_module, kexec_load, kexec_file_load, reboot, swapon, swapoff, settimeofday, clock_settime,
# sethostname, acct, add_key, request_key, keyctl.
_MACHINES = {
    "x86_64": _Machine(0xC000003E, 317, (
        41, 42, 43, 49, 50, 288, 425, 426, 427, 101, 310, 311, 438, 272, 308, 165, 166, 155, 161, 321, 298, 323, 304,
        175, 313, 176, 246, 320, 169, 167, 168, 164, 227, 170, 163, 248, 249, 250,
    )),
    "aarch64": _Machine(0xC00000B7, 277, (
        198, 203, 202, 200, 201, 242, 425, 426, 427, 117, 270, 271, 438, 97, 268, 40, 39, 41, 51, 280, 241, 282, 265,
        105, 273, 106, 104, 294, 142, 224, 225, 170, 112, 161, 89, 217, 218, 219,
    )),
}  # fmt: skip
# <linux/bpf_common.h>, <linux/seccomp.h>.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_SET_FILTER, _ALL_THREADS = 1, 1
# Offsets in struct seccomp_data.
_NUMBER, _ARCHITECTURE = 0, 4
# x86-64 answers to a second set of numbers.
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse() -> None:
    """Refuse the calls of the list, for good, in all threads.

    Raises OSError where the kernel or the machine is none that this knows. `no_new_privs` must be set.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(errno.ENOSYS, f"no list of system calls for {platform.machine()}")
    code = _program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    number = ctypes.c_long(machine.seccomp)
    if libc.syscall(number, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def _program(machine: _Machine) -> bytes:
    """The filter: a call of another machine, of the second set, or of the list fails."""
    refused = sorted(set(machine.refused))
    # How many instructions on the last two stand: "fail" comes at the very end, "allow" before it.
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, len(refused) + 3, machine.audit),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, len(refused) + 1, 0, _X32),
    ]
    lines += [(_IF_EQUAL, len(refused) - at, 0, one) for at, one in enumerate(refused)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
