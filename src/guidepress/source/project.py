"""A project folder -> the Guide: every file of `source/` read once and validated, all problems together."""

from __future__ import annotations

import difflib
import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from guidepress.diagnostics import Diagnosed, Diagnostic, Hint, Span, did_you_mean, error, warning
from guidepress.model import (
    Brand,
    Chapter,
    ChapterEntry,
    Faq,
    Glossary,
    Guide,
    GuideFile,
    Profiles,
    Record,
    Roadmap,
    Skills,
    Table,
)
from guidepress.model.editions import ActiveEdition, active_edition
from guidepress.model.guide import Contents
from guidepress.model.kinds import KINDS, Kind, files, names_in
from guidepress.model.project import Part
from guidepress.source.consistency import check
from guidepress.source.editions import chosen, in_words_of, of_edition, translated_edition
from guidepress.source.files import SourceFile, inside, missing, read_text
from guidepress.source.location import find
from guidepress.source.messages import OF_EDITION, TEXTS
from guidepress.source.translations import translation_of
from guidepress.source.validation import shown, validate
from guidepress.source.yaml import Loaded, load

R = TypeVar("R", bound=Record)
Loader = Callable[[str, str], Diagnosed[Loaded]]


@dataclass(slots=True)
class Reader:
    """Reads files of one project and gathers the problems met.

    `project` is the folder the user named, `root` the folder of guide.yaml. With a `language` the files below that
    folder of `root` are read in place of those that they translate; `originals` are those, by the names of their
    translations. `brand` is the file of the brand, whose few words need no translation.
    """

    project: Path
    root: Path
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    language: str = ""
    brand: str = "brand.yaml"
    originals: dict[str, str] = field(default_factory=dict)
    load: Loader = load

    def name(self, path: Path) -> str:
        """How messages call a file: relative to the project, with forward slashes."""
        try:
            return path.relative_to(self.project).as_posix()
        except ValueError:
            return path.as_posix()

    def translated(self, path: Path) -> Path:
        """The file to read for `path`: its translation, if there is one."""
        if not self.language or not path.is_relative_to(self.root):
            return path
        there = translation_of(path, self.root, self.language)
        if missing(there):
            if path == self.root / self.brand:
                return path
            message = (
                f"this file has no translation into `{self.language}`; the edition has it as it is"
            )
            hints = ("`guidepress translate status` lists all that is missing",)
            span = Span(self.name(path))
            self.diagnostics.append(warning("translation-missing", message, span, hints=hints))
            return path
        self.originals[self.name(there)] = self.name(path)
        return there

    def take(self, diagnosed: Diagnosed[Any]) -> Any:
        """Keep the problems, hand on the value."""
        self.diagnostics.extend(diagnosed.diagnostics)
        return diagnosed.value

    def text(self, path: Path, name: str) -> SourceFile | None:
        """A text file, its hash noted."""
        file: SourceFile | None = self.take(read_text(path, name))
        if file is not None:
            self.files[name] = file.sha256
        return file

    def yaml(self, path: Path) -> Loaded | None:
        """A YAML file, loaded."""
        path = self.translated(path)
        name = self.name(path)
        if not inside(self.project, path):
            self.diagnostics.append(_outside(name, Span(name)))
            return None
        file = self.text(path, name)
        if file is None:
            return None
        loaded: Loaded | None = self.take(self.load(file.text, name))
        return loaded

    def record(self, model: type[R], path: Path) -> R | None:
        """A YAML file, or its translation, read as `model`."""
        loaded = self.yaml(path)
        return None if loaded is None else self.take(validate(model, loaded))


def read_guide(
    folder: Path,
    edition: str | None = None,
    language: str | None = None,
    loader: Loader = load,
) -> Diagnosed[Guide]:
    """The guide of the project in `folder`, as the named edition of it; `language` is in place of the edition's own.

    `loader` is `yaml.load`, or gives the same and remembers.

    Every problem of every file is reported; the value is None where guide.yaml itself is unusable.
    """
    found = find(folder)
    if found.value is None:
        return Diagnosed(None, found.diagnostics)
    project, root = found.value
    reader = Reader(project, root, load=loader)
    source = reader.record(GuideFile, root / "guide.yaml")
    chapters: dict[str, Chapter] = {}
    front: tuple[Chapter, ...] = ()
    back: tuple[Chapter, ...] = ()
    parts: tuple[Part, ...] = ()
    brand_file, active = "brand.yaml", ActiveEdition()
    if source is not None:
        source, brand_file, active = _edition(reader, source, edition, language)
        front = _chapters(reader, source.contents.front, chapters)
        parts = tuple(
            Part(p, _chapters(reader, p.chapters, chapters)) for p in source.contents.parts
        )
        back = _chapters(reader, source.contents.back, chapters)
    reader.brand = brand_file
    brand = _optional(reader, Brand, brand_file) or Brand()
    roadmap = _optional(reader, Roadmap, "roadmap.yaml")
    skills = _optional(reader, Skills, "skills.yaml")
    faq = _optional(reader, Faq, "faq.yaml")
    glossary = _optional(reader, Glossary, "glossary.yaml")
    if source is not None:
        _unlisted(reader, source, chapters)
    tables, profiles = _data(reader)
    others = {kind.name: _records(reader, kind) for kind in KINDS.values() if not kind.home}
    _strays(reader)
    if source is None:
        return Diagnosed(None, tuple(reader.diagnostics))
    guide = Guide(
        project=project,
        root=root,
        source=source,
        brand=brand,
        front=front,
        parts=parts,
        back=back,
        roadmap=roadmap,
        skills=skills.skills if skills else (),
        questions=faq.questions if faq else (),
        terms=glossary.terms if glossary else (),
        tables=tables,
        profiles=profiles,
        unread=frozenset(reader.unread),
        files=tuple(sorted(reader.files.items())),
        others=others,
        active=active,
        originals=reader.originals,
    )
    guide, problems = of_edition(guide)
    return Diagnosed(guide, (*reader.diagnostics, *problems, *check(guide)))


def _edition(
    reader: Reader, source: GuideFile, name: str | None, language: str | None
) -> tuple[GuideFile, str, ActiveEdition]:
    """The guide file with the edition's own words in place, in its language; its brand file, and the edition."""
    edition = source.editions.get(name) if name is not None else None
    if name is not None and edition is None:
        known = ", ".join(source.editions) or "none"
        hints = did_you_mean(name, source.editions) or (f"editions of this guide: {known}",)
        span = source.span("editions")
        reader.diagnostics.append(
            error("edition-unknown", f"this guide has no edition `{name}`", span, hints=hints)
        )
    active = active_edition(source, name)
    if language is not None:
        active = replace(active, translation=language if language != source.language else "")
    reader.language = active.translation if (reader.root / active.translation).is_dir() else ""
    if active.translation and not reader.language and active.of:
        reader.diagnostics.append(_unspoken(reader, source, active))
    theirs = _translation(reader)
    if theirs is not None:
        active = translated_edition(source, theirs, active)
    own = source.editions[active.name].model_fields_set if edition is not None else frozenset()
    filled: GuideFile = reader.take(chosen(source, active))
    if theirs is not None:
        spoken: GuideFile = reader.take(in_words_of(theirs, active))
        filled = _translated(filled, spoken, active, own)
    if language is not None:
        filled = filled.changed({"language": language})
    brand = edition.brand if edition is not None else None
    return filled, brand or "brand.yaml", active


def _unspoken(reader: Reader, source: GuideFile, active: ActiveEdition) -> Diagnostic:
    """The error of a language that an edition is to be in, and that nothing is translated into."""
    own = source.editions.get(active.of)
    record: Record = own if own is not None and own.languages else source
    named: tuple[str, ...] = getattr(record, "languages")  # noqa: B009
    span = record.span("languages", named.index(active.translation))
    folder = reader.name(reader.root / active.translation)
    hints = (f"`guidepress translate export --language {active.translation}` begins it",)
    message = (
        f"there is no translation into `{active.translation}`: the folder {folder}/ is missing"
    )
    return error("edition-language", message, span, hints=hints)


def _translation(reader: Reader) -> GuideFile | None:
    """The guide.yaml of the folder of the edition's language."""
    path = reader.root / "guide.yaml"
    if not reader.language or reader.translated(path) == path:
        return None
    return reader.record(GuideFile, path)


def _translated(
    source: GuideFile, theirs: GuideFile, active: ActiveEdition, own: Collection[str]
) -> GuideFile:
    """The guide file with its texts in the language of the edition, from the guide.yaml of that folder.

    What the edition itself says (`own`) goes before, but where it is said in that language, too. Parts are matched by
    their places, chapters by their files.
    """
    changed = {key: getattr(theirs, key) for key in TEXTS if key not in own}
    said = theirs.editions.get(active.of)
    for key in OF_EDITION:
        if key in own and said is not None and getattr(said, key) is not None:
            changed[key] = getattr(said, key)
    titles = {
        entry.file: entry.title for entry in theirs.contents.entries() if entry.title is not None
    }

    def entries(some: tuple[ChapterEntry, ...]) -> tuple[ChapterEntry, ...]:
        return tuple(e.changed({"title": titles[e.file]}) if e.file in titles else e for e in some)

    ours = source.contents
    parts = [part.changed({"chapters": entries(part.chapters)}) for part in ours.parts]
    for at, part in enumerate(theirs.contents.parts[: len(parts)]):
        parts[at] = parts[at].changed({"title": part.title, "summary": part.summary})
    contents = ours.changed(
        {"front": entries(ours.front), "parts": tuple(parts), "back": entries(ours.back)}
    )
    return source.changed({**changed, "contents": contents})


def _optional(reader: Reader, model: type[R], name: str) -> R | None:
    """The record of a file that may be absent, unless an edition names it."""
    path = reader.root / name
    if name in _known_files() and missing(path) and not path.is_symlink():
        return None
    record = reader.record(model, path)
    if record is None:
        reader.unread |= names_in(name)
    return record


def _known_files() -> tuple[str, ...]:
    return ("guide.yaml", "brand.yaml", *files())


def _records(reader: Reader, kind: Kind) -> tuple[Record, ...]:
    """The records of a kind that the Guide has no attribute for."""
    assert kind.model is not None, f"the kind {kind.name} has neither a home nor a model"
    whole = _optional(reader, kind.model, kind.file)
    return tuple(getattr(whole, kind.records)) if whole else ()


def _data(reader: Reader) -> tuple[tuple[Table, ...], tuple[Profiles, ...]]:
    tables: list[Table] = []
    profiles: list[Profiles] = []
    folder, before = reader.root / "data", len(reader.diagnostics)
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        loaded = reader.yaml(path)
        if loaded is None:
            continue
        value = loaded.value
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind == "table":
            if table := reader.take(validate(Table, loaded)):
                tables.append(table)
        elif kind == "profiles":
            if record := reader.take(validate(Profiles, loaded)):
                profiles.append(record)
        elif value is None:
            reader.diagnostics.append(
                error("file-empty", "the file holds no data", loaded.index.at())
            )
        elif kind is None:
            reader.diagnostics.append(
                error(
                    "key-missing", "the key `kind` is missing: table or profiles", loaded.index.at()
                )
            )
        else:
            hints = did_you_mean(kind, ("table", "profiles")) if isinstance(kind, str) else ()
            message = f"`kind` must be table or profiles, not {shown(kind)}"
            span = loaded.index.at("kind")
            reader.diagnostics.append(error("value-invalid", message, span, hints=hints))
    if len(reader.diagnostics) > before:
        reader.unread |= names_in("data/")
    return tuple(tables), tuple(profiles)


def _chapters(
    reader: Reader, entries: Iterable[ChapterEntry], known: dict[str, Chapter]
) -> tuple[Chapter, ...]:
    """The chapters of `entries`, read; a file that cannot be read is a problem at its entry."""
    chapters: list[Chapter] = []
    for entry in entries:
        path, span = Path(os.path.normpath(reader.root / entry.file)), entry.span("file")
        name = reader.name(path)
        if not inside(reader.project, path):
            reader.diagnostics.append(_outside(entry.file, span))
        elif name in known:
            reader.diagnostics.append(
                error("chapter-duplicate", f"`{entry.file}` is in the contents twice", span)
            )
        elif missing(path):
            hints = _near(entry.file, reader)
            reader.diagnostics.append(
                error(
                    "chapter-missing", f"the file `{entry.file}` does not exist", span, hints=hints
                )
            )
        elif file := reader.text(there := reader.translated(path), shown := reader.name(there)):
            if not file.text.strip():
                reader.diagnostics.append(error("file-empty", "the chapter is empty", Span(shown)))
            original = name if shown != name else ""
            known[name] = Chapter(entry, shown, file.text, file.sha256, original)
            chapters.append(known[name])
    return tuple(chapters)


def _outside(name: str, span: Span) -> Diagnostic:
    return error("file-outside", f"`{name}` lies outside of the project", span)


def _near(file: str, reader: Reader) -> tuple[str, ...]:
    """The hint for a missing file: one of nearly the same name, in its folder or beside guide.yaml."""
    folders = {reader.root, (reader.root / file).parent}
    there = {
        path.name: path.relative_to(reader.root).as_posix()
        for folder in sorted(folders)
        if inside(reader.project, folder)
        for path in sorted(folder.glob("*.md"))[:500]
    }
    close = difflib.get_close_matches(Path(file).name, there, n=1, cutoff=0.7)
    if not close:
        return ()
    meant = there[close[0]]
    return (Hint(f"did you mean `{meant}`?", file, meant),)


def _unlisted(reader: Reader, source: GuideFile, known: dict[str, Chapter]) -> None:
    """Markdown beside the chapters that the contents do not list: it is in no product."""
    folders = {
        path.parent for name in known if (path := reader.project / name).parent != reader.root
    }
    listed = {entry.file for entry in _entries(source.contents)}
    lost = [
        name
        for folder in sorted(folders)
        for path in sorted(folder.glob("*.md"))
        if (name := reader.name(path)) not in known
        and path.name.isprintable()
        and path.relative_to(reader.root).as_posix() not in {posixpath.normpath(f) for f in listed}
    ]
    if lost:
        shown = ", ".join(f"`{name}`" for name in lost[:3])
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        message = f"{shown}{more}: not in the contents, and so in no product"
        hints = (
            "add it to `contents` of guide.yaml, or move it out of the folder of the chapters",
        )
        span = source.span("contents")
        reader.diagnostics.append(warning("chapter-unlisted", message, span, hints=hints))


def _entries(contents: Contents) -> Iterator[ChapterEntry]:
    yield from contents.front
    for part in contents.parts:
        yield from part.chapters
    yield from contents.back


def _strays(reader: Reader) -> None:
    """YAML files that look like ours and are never read, such as `glosary.yaml`."""
    names = _known_files()
    known = [name.removesuffix(".yaml") for name in names]
    for path in sorted((*reader.root.glob("*.yaml"), *reader.root.glob("*.yml"))):
        if path.name in names:
            continue
        if close := difflib.get_close_matches(path.stem.lower(), known, n=1):
            hints = (f"did you mean `{close[0]}.yaml`?",)
            message = f"`{path.name}` is not read"
            reader.diagnostics.append(
                warning("file-unread", message, Span(reader.name(path)), hints=hints)
            )
