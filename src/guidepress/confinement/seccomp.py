"""seccomp: from now on some system calls fail in this process and those it starts, with "Operation not permitted".

`man 2 seccomp`. A filter is a program of classic BPF over the number of the call and the values of its arguments; ours
has lists, for which no compiler is needed. (pyseccomp, from PyPI, needs libseccomp on the machine.)
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence
from typing import NamedTuple

_Line = tuple[int, int, int, int]


class _Machine(NamedTuple):
    """What <linux/audit.h> calls a machine, the number of seccomp(2) on it, those of the calls that fail, and those of
    which some uses fail.
    """

    audit: int
    seccomp: int
    refused: tuple[int, ...]
    ioctl: int
    clone: int
    prlimit: int


# No network: socket, connect, accept, bind, listen, accept4. (A socketpair, which processes of one build talk
# through, is neither.) No other way to it, nor round the filter: io_uring_setup, _enter, _register.
# Nothing of other processes: ptrace, process_vm_readv, _writev, pidfd_getfd, kcmp, process_madvise, _mrelease,
# move_pages, migrate_pages, sched_setparam, _setscheduler, _setaffinity, _setattr, setpriority, ioprio_set; memory,
# semaphores and messages of System V (shmget, shmat, shmctl, semget, semop, semctl, semtimedop, msgget, msgsnd, msgrcv,
# msgctl) and of POSIX (mq_open, mq_unlink).
# Nothing about files that Landlock leaves to anybody who can name them: chmod, chown, lchown, fchown, fchownat,
# fchmodat, fchmodat2, setxattr, lsetxattr, fsetxattr, setxattrat, removexattr, lremovexattr, fremovexattr,
# removexattrat, utime, utimes, futimesat, utimensat, file_setattr. (A file that it may open, it may fchmod.)
# Nothing of the system, should root run a build: unshare, setns, mount, umount2, pivot_root, open_tree, move_mount,
# open_tree_attr, fsopen, fsconfig, fsmount, fspick, mount_setattr, chroot, bpf, perf_event_open, userfaultfd,
# open_by_handle_at, init_module, finit_module, delete_module, kexec_load, kexec_file_load, reboot, swapon, swapoff,
# settimeofday, clock_settime, adjtimex, clock_adjtime, sethostname, setdomainname, acct, add_key, request_key, keyctl,
# syslog, quotactl, quotactl_fd, fanotify_init, vhangup, and on x86-64 iopl, ioperm.
_SINCE_2019 = (
    425,
    426,
    427,
    428,
    429,
    430,
    431,
    432,
    433,
    438,
    440,
    442,
    443,
    448,
    452,
    463,
    466,
    467,
    469,
)
_MACHINES = {
    "x86_64": _Machine(0xC000003E, 317, (
        *_SINCE_2019,
        41, 42, 43, 49, 50, 288,
        101, 310, 311, 312, 279, 256, 142, 144, 203, 314, 141, 251,
        29, 30, 31, 64, 65, 66, 220, 68, 69, 70, 71, 240, 241,
        90, 92, 94, 93, 260, 268, 188, 189, 190, 197, 198, 199, 132, 235, 261, 280,
        272, 308, 165, 166, 155, 161, 321, 298, 323, 304, 175, 313, 176, 246, 320, 169, 167, 168, 164, 227, 159, 305,
        170, 171, 163, 248, 249, 250, 103, 179, 300, 153, 172, 173,
    ), ioctl=16, clone=56, prlimit=302),
    "aarch64": _Machine(0xC00000B7, 277, (
        *_SINCE_2019,
        198, 203, 202, 200, 201, 242,
        117, 270, 271, 272, 239, 238, 118, 119, 122, 274, 140, 30,
        194, 196, 195, 190, 193, 191, 192, 186, 189, 188, 187, 180, 181,
        55, 54, 53, 5, 6, 7, 14, 15, 16, 88,
        97, 268, 40, 39, 41, 51, 280, 241, 282, 265, 105, 273, 106, 104, 294, 142, 224, 225, 170, 112, 171, 266,
        161, 162, 89, 217, 218, 219, 116, 60, 262, 58,
    ), ioctl=29, clone=220, prlimit=261),
}  # fmt: skip
# Its flags are in memory, where no filter looks. The C library does without it where there is none.
_CLONE3 = 435
# <asm-generic/ioctls.h>: to type into the terminal (TIOCSTI), to paste there (TIOCLINUX): into the shell of whoever
# runs the build. <linux/sched.h>: the flags of namespaces.
_TYPING = (0x5412, 0x541C)
_NAMESPACES = 0x7E020000
# <linux/bpf_common.h>, <linux/seccomp.h>.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_SET_FILTER, _ALL_THREADS = 1, 1
# Offsets in struct seccomp_data, and of the lower halves of the first two arguments.
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
# x86-64 answers to a second set of numbers.
_X32 = 0x40000000
_REFUSE = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
_PASS = (_RETURN, 0, 0, _ALLOW)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse() -> None:
    """Refuse the calls of the lists, for good, in all threads.

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
    """The filter: a call of another machine, of the second set, or of the list fails, and some of a few others."""
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, machine.audit),
        _REFUSE,
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _X32),
        _REFUSE,
        *_of(_CLONE3, [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]),
        *_of(machine.clone, [(_LOAD, 0, 0, _FIRST), (_IF_ANY_BIT, 0, 1, _NAMESPACES), _REFUSE, _PASS]),
        # Limits of other processes; 0 is this one.
        *_of(machine.prlimit, [(_LOAD, 0, 0, _FIRST), (_IF_EQUAL, 1, 0, 0), _REFUSE, _PASS]),
        *_of(
            machine.ioctl,
            [(_LOAD, 0, 0, _SECOND), *((_IF_EQUAL, 1 - at, at, one) for at, one in enumerate(_TYPING)), _REFUSE, _PASS],
        ),
    ]  # fmt: skip
    refused = sorted(set(machine.refused))
    # How many instructions on "fail" stands: at the very end, with "allow" before it.
    lines += [(_IF_EQUAL, len(refused) - at, 0, one) for at, one in enumerate(refused)]
    lines += [_PASS, _REFUSE]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _of(number: int, lines: Sequence[_Line]) -> list[_Line]:
    """Lines, the last of which returns, for one call alone."""
    return [(_IF_EQUAL, 0, len(lines), number), *lines]
