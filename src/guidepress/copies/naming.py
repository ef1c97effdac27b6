"""Names of the files of personal copies: from a template, and safe whatever a recipient is called."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from guidepress.copies.recipients import COPY, PASSWORD, Recipient
from guidepress.diagnostics import Diagnosed, Diagnostic, did_you_mean, error

DEFAULT = "{copy:04}-{name}"
_FIELD = re.compile(r"\{([^{}]*)\}")
_FORMATTED = re.compile(r"(.*?)(?::0?([1-9]))?", re.DOTALL)
# What a name may not have on some system: Windows' list is the longest.
_FORBIDDEN = re.compile(r'[ .]*[\\/:*?"<>|\x00-\x1f\x7f][ .\\/:*?"<>|\x00-\x1f\x7f]*')
_DEVICES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE | re.DOTALL
)
# File systems count bytes or UTF-16 units up to 255; the rest is for a number, a suffix and temporary names.
_LONGEST = 180


def file_names(
    template: str, recipients: Sequence[Recipient], suffix: str
) -> Diagnosed[tuple[str, ...]]:
    """The name of each recipient's file, all different, also where capitals do not count.

    Fields in braces are `copy` (`{copy:04}` has at least four digits) and the columns of the recipients.
    Error: `copies-template`.
    """
    stem = template.removesuffix(suffix)
    columns = dict.fromkeys([COPY, *(c for c in recipients[0].fields if c != PASSWORD)])
    problems = _check(stem, tuple(columns))
    if problems:
        return Diagnosed(None, problems)
    names = [_safe(_filled(stem, recipient)) for recipient in recipients]
    alike = Counter(map(_seen, names))
    taken: set[str] = set()
    found = []
    for name, recipient in zip(names, recipients, strict=True):
        # All of those that are alike get their number, so that no name depends on who comes before.
        unique = f"{name}-{recipient.number}" if alike[_seen(name)] > 1 else name
        while _seen(unique) in taken:
            unique += f"-{recipient.number}"
        taken.add(_seen(unique))
        found.append(unique + suffix)
    return Diagnosed(tuple(found))


def _check(stem: str, columns: Sequence[str]) -> tuple[Diagnostic, ...]:
    problems = []
    if "/" in stem or "\\" in stem:
        message = "the names of files cannot lead to other folders"
        problems.append(error("copies-template", message, hints=("give the folder with --out",)))
    if re.search(r"[{}]", _FIELD.sub("", stem)):
        problems.append(error("copies-template", f"`{stem}` has an unmatched brace"))
    for inside in _FIELD.findall(stem):
        found = _FORMATTED.fullmatch(inside)
        name, width = found.groups() if found else (inside, None)
        if name.strip().casefold() not in columns:
            hints = did_you_mean(name, columns) or (f"there are: {', '.join(columns)}",)
            problems.append(error("copies-template", f"there is no field `{name}`", hints=hints))
        elif width and name != COPY:
            problems.append(error("copies-template", f"`{name}` is not a number"))
    if not stem.strip():
        problems.append(error("copies-template", "this makes empty file names"))
    return tuple(problems)


def _filled(stem: str, recipient: Recipient) -> str:
    values: Mapping[str, str] = {**recipient.fields, "name": recipient.name}

    def fill(match: re.Match[str]) -> str:
        found = _FORMATTED.fullmatch(match[1])
        assert found is not None
        column = found[1].strip().casefold()
        if column == COPY:
            return str(recipient.number).zfill(int(found[2] or 1))
        return values[column]

    return _FIELD.sub(fill, stem)


def _safe(name: str) -> str:
    """A name for any file system; letters of all scripts stay."""
    name = unicodedata.normalize("NFC", name)
    # Lone surrogates cannot be written, and what shows nothing (bidi controls, …) would hide what a name is.
    name = "".join(
        c
        for c in name
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c in "\t\n\r"
    )
    name = _FORBIDDEN.sub("-", " ".join(name.split()))
    # A dot in front hides a file, dots and spaces at the end get lost on Windows.
    name = _cut(name.strip(" .-")).strip(" .") or "copy"
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def _cut(name: str) -> str:
    """A name that is not too long, whole characters with what is combined with them."""
    if len(name.encode()) <= _LONGEST:
        return name
    cut = name.encode()[:_LONGEST].decode(errors="ignore")
    rest = name[len(cut) :]
    # Not between a letter and its marks.
    while cut and rest and unicodedata.combining(rest[0]):
        cut, rest = cut[:-1], cut[-1] + rest
    return cut


def _seen(name: str) -> str:
    """What file systems compare, that do not tell capitals or ways of composing apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
