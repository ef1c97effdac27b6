"""Passwords: kept so that a stolen database does not give them away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import threading
from functools import lru_cache

# region parameters
# OWASP's Password Storage Cheat Sheet: scrypt with N = 2^17, r = 8, p = 1. That takes
# 128 MB for each try.
COST, BLOCK, PARALLEL = 17, 8, 1
SHORTEST = 12
# So many at once, and the others wait: or a flood of sign-ins would take all memory.
_ROOM = threading.BoundedSemaphore(2)
# endregion


# region hash
def hash_password(password: str) -> str:
    """What is stored: the parameters, the salt and the hash, so that parameters can be
    raised later.
    """
    salt = os.urandom(16)
    key = _scrypt(password, salt, COST, BLOCK, PARALLEL)
    return f"scrypt${COST}${BLOCK}${PARALLEL}${_text(salt)}${_text(key)}"


def check(password: str, stored: str) -> bool:
    """Whether this is the password. Takes as long for nobody's hash, and compares in
    constant time.
    """
    known = bool(stored)
    _, cost, block, parallel, salt, key = (stored or _nobody()).split("$")
    found = _scrypt(password, _bytes(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, _bytes(key)) and known


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than are used now."""
    return not stored.startswith(f"scrypt${COST}${BLOCK}${PARALLEL}$")


# endregion


@lru_cache
def _nobody() -> str:
    return hash_password("")


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    # OpenSSL refuses to take more than 32 MB unless it is told.
    room = 128 * block * (2**cost + parallel + 2) + 2**20
    with _ROOM:
        return hashlib.scrypt(
            password.encode(),
            salt=salt,
            n=2**cost,
            r=block,
            p=parallel,
            maxmem=room,
            dklen=32,
        )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
