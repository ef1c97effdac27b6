"""What the translations of a guide lack: files, cards, labels and records that are missing, stale or too many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from guidepress.content.walk import line_of, placed
from guidepress.diagnostics import Diagnosed, Diagnostic, Related, Span, ordered, warning
from guidepress.markdown import Document, convert
from guidepress.model import Chapter, Guide, GuideFile
from guidepress.model.kinds import KINDS, listed
from guidepress.source.files import missing, read_text
from guidepress.source.messages import original_hash
from guidepress.source.project import read_guide
from guidepress.source.translations import hash_in, translation_of

_SUFFIXES = (".md", ".yaml", ".yml")


def languages(source: GuideFile) -> tuple[str, ...]:
    """The languages that editions of a guide, or its deck, have it in besides its own."""
    named = [edition.language for edition in source.editions.values()]
    return tuple(
        dict.fromkeys(
            code
            for code in (*named, *source.spoken)
            if code is not None and code != source.language
        )
    )


def translation_status(folder: Path, language: str | None = None) -> Diagnosed[int]:
    """Whatever is missing, stale or too many in the translations of the guide in `folder`, or in one of them.

    The value is the number of translations that were looked at. Warnings: `translation-missing`, `translation-stale`,
    `translation-extra`, `translation-unmarked`. Other problems are those of reading the guide; where one of them is an
    error, there is no value.
    """
    guide = read_guide(folder)
    if guide.value is None or guide.failed:
        return Diagnosed(None, guide.diagnostics)
    found: list[Diagnostic] = []
    wanted = languages(guide.value.source)
    if language is not None:
        wanted = tuple(name for name in wanted if name == language)
    for name in wanted:
        found += _files(guide.value, name)
        translated = read_guide(folder, None, name)
        if translated.value is None or translated.failed:
            found += translated.diagnostics
            continue
        found += _names(guide.value, translated.value, name)
    return Diagnosed(len(wanted), ordered(found))


def originals(guide: Guide, brand: bool = False) -> Iterator[Path]:
    """The files of a guide that hold words: guide.yaml, chapters, records; with `brand` brand.yaml too, which may do
    without a translation.
    """
    names = [name for name, _ in guide.files]
    for name in names:
        path = guide.project / name
        if path.suffix in _SUFFIXES and (brand or path.name != "brand.yaml"):
            yield path


def _files(guide: Guide, language: str) -> Iterator[Diagnostic]:
    """Files without a translation, translations of what changed since, and those of nothing."""
    known = set()
    for path in originals(guide, brand=True):
        if path.name == "brand.yaml":
            known.add(translation_of(path, guide.root, language))
            continue
        there = translation_of(path, guide.root, language)
        known.add(there)
        original, name = _name(path, guide), _name(there, guide)
        if missing(there):
            message = f"this file has no translation into `{language}`"
            hints = (f"write {name}",)
            yield warning("translation-missing", message, Span(original), hints=hints)
            continue
        yield from _age(path, there, guide)
    folder = guide.root / language
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix in _SUFFIXES and path not in known:
            message = f"this file translates none of the guide: there is no {path.relative_to(folder).as_posix()}"
            yield warning("translation-extra", message, Span(_name(path, guide)))


def _age(path: Path, there: Path, guide: Guide) -> Iterator[Diagnostic]:
    original, name, root = _name(path, guide), _name(there, guide), guide.root
    texts = (read_text(path, original), read_text(there, name))
    if any(text.value is None for text in texts):
        yield from (problem for text in texts for problem in text.diagnostics)
        return
    source, translated = (text.value.text for text in texts if text.value is not None)
    hashed = original_hash(path.relative_to(root).as_posix(), source)
    markdown = there.suffix == ".md"
    carried, line = hash_in(translated, markdown)
    way = (
        f"write `original: {hashed}` into the front matter"
        if markdown
        else f"let the first line be `# original: {hashed}`"
    )
    if not carried:
        message = "this translation does not say which text it is of"
        hints = (f"once it is that of {original} as it is now, {way}",)
        yield warning("translation-unmarked", message, Span(name), hints=hints)
    elif carried != hashed:
        message = f"{original} has changed since this was translated"
        hints = (f"translate what changed, then {way}",)
        related = (Related(Span(original), "the original"),)
        yield warning("translation-stale", message, Span(name, line), hints=hints, related=related)


def _names(guide: Guide, translated: Guide, language: str) -> Iterator[Diagnostic]:
    """Cards, labels and records that only one of the two has, in files that both have."""
    whole = {chapter.key: chapter for chapter in _chapters(guide)}
    for chapter in _chapters(translated):
        if chapter.original:
            yield from _compared(_in_chapter(whole[chapter.key]), _in_chapter(chapter), language)
    files = set(translated.originals.values())
    ours = {name: span for name, span in _in_records(guide).items() if span.file in files}
    theirs = {
        name: span
        for name, span in _in_records(translated).items()
        if span.file in translated.originals
    }
    yield from _compared(ours, theirs, language)


def _compared(
    ours: Mapping[str, Span], theirs: Mapping[str, Span], language: str
) -> Iterator[Diagnostic]:
    for name, span in ours.items():
        if name not in theirs:
            message = f"the translation into `{language}` lacks the {name}"
            yield warning("translation-missing", message, span)
    for name, span in theirs.items():
        if name not in ours:
            message = f"the original has no {name}"
            yield warning("translation-extra", message, span)


def _in_chapter(chapter: Chapter) -> dict[str, Span]:
    """What has an id in a chapter."""
    document = convert(chapter.text, chapter.file).value or Document()
    found = {f"card `{card.id}`": card.span for card in document.cards if card.id}
    for block in document.blocks:
        argument = f" | {block.argument}" if block.argument else ""
        found.setdefault(f"block `{block.kind}{argument}`", block.span)
    for element, above in placed(document.content.nodes):
        if element.id:
            span = Span(chapter.file, line_of(element, above))
            found.setdefault(f"label `{element.id}`", span)
    return found


def _in_records(guide: Guide) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for kind in KINDS.values():
        for one in listed(guide, kind):
            found.setdefault(f"{kind.what} `{one.record.id}`", one.record.span("id"))
            for card in getattr(one.record, "cards", ()):
                found.setdefault(f"card `{card.id}`", card.span("id"))
    return found


def _chapters(guide: Guide) -> Iterator[Chapter]:
    yield from guide.front
    for part in guide.parts:
        yield from part.chapters
    yield from guide.back


def _name(path: Path, guide: Guide) -> str:
    return path.relative_to(guide.project).as_posix()
