"""What a guide says of the press: inks and paper, and the ICC profile, which is read and looked at."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from guidepress.book.model import Ink, PressOptions, PressProfile
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.model import Guide
from guidepress.model.brand import Brand
from guidepress.model.guide import CardsPress, Press
from guidepress.source.files import MAX_IMAGE, inside, read_bytes

# The header of an ICC profile (ICC.1:2010, 7.2): class, colour space, signature.
_CLASS, _SPACE, _SIGNATURE, _HEADER = slice(12, 16), slice(16, 20), slice(36, 40), 128
# Newer ones than version 4 are not of PDF/X-4.
_NEWEST = 4


def press_options(guide: Guide, wanted: CardsPress | None) -> Diagnosed[PressOptions]:
    """What files for a printer are made for, None where none are `wanted`.

    Problems, at the place of the profile: `press-profile`.
    """
    if wanted is None:
        return Diagnosed(None)
    profile: Diagnosed[PressProfile] = Diagnosed(None)
    if wanted.profile:
        profile = _profile(guide, wanted.profile, wanted.span("profile"))
    options = PressOptions(
        profile=profile.value,
        failed=profile.failed,
        condition=wanted.condition or "",
        span=wanted.span(),
    )
    if isinstance(wanted, Press):
        options = replace(
            options,
            black_only=wanted.inks == "black",
            grammage=wanted.paper.grammage,
            bulk=wanted.paper.bulk,
            board=wanted.paper.board,
        )
    return Diagnosed(options, profile.diagnostics)


def profiles_read(*presses: PressOptions | None) -> Mapping[Path, str]:
    """The profiles that were read, with the SHA-256 of their bytes."""
    read = (press.profile for press in presses if press is not None)
    return {profile.path: profile.sha256 for profile in read if profile is not None}


def inks_of(brand: Brand) -> Mapping[str, Ink]:
    """What colours are printed with, by role."""
    found = {}
    for role in type(brand.inks).model_fields:
        if (ink := getattr(brand.inks, role)) is not None:
            cyan, magenta, yellow, black = (share / 100 for share in ink.cmyk)
            found[role] = Ink((cyan, magenta, yellow, black), ink.spot or "")
    return found


def profile_fault(data: bytes) -> str:
    """Why these bytes are no ICC profile of a press with four inks; empty where they are one."""
    if len(data) < _HEADER or data[_SIGNATURE] != b"acsp":
        return "it is no ICC profile"
    if data[_CLASS] != b"prtr":
        return "it describes no printer, but a screen, a scanner or a colour space"
    if data[_SPACE] != b"CMYK":
        return "its inks are not cyan, magenta, yellow and black"
    if data[8] > _NEWEST:
        return f"it is of version {data[8]}, and PDF/X-4 knows them up to {_NEWEST}"
    if int.from_bytes(data[:4], "big") != len(data):
        return "it is damaged: it is not as long as it says"
    return ""


def _profile(guide: Guide, name: str, span: Span) -> Diagnosed[PressProfile]:
    def failed(*problems: Diagnostic) -> Diagnosed[PressProfile]:
        return Diagnosed(None, problems)

    path = guide.root / name
    if not inside(guide.project, path):
        return failed(error("press-profile", f"`{name}` lies outside of the project", span))
    shown = posixpath.relpath(path.as_posix(), guide.project.as_posix())
    read = read_bytes(path, shown, MAX_IMAGE)
    if read.value is None:
        return failed(*(replace(p, code="press-profile", span=span) for p in read.diagnostics))
    if fault := profile_fault(read.value):
        message = f"`{name}` cannot be the profile of a press: {fault}"
        hints = ("ask your printer for the profile of the paper",)
        return failed(error("press-profile", message, span, hints=hints))
    return Diagnosed(PressProfile(shown, path, hashlib.sha256(read.value).hexdigest()))
