"""Members of an .apkg, which may be anybody's: not of a size that no deck has."""

from __future__ import annotations

import zipfile

# Bytes, unpacked. A collection of 100,000 notes is a tenth of this; what is larger is no deck but a bomb.
MOST = 1 << 31


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a member. Raises KeyError where there is none, ValueError for one that is too large, and what
    `zipfile` does.
    """
    info = archive.getinfo(name)
    if info.file_size > MOST:
        raise ValueError("it is too large")
    # No more than that is unpacked, whatever comes.
    return archive.read(info)
