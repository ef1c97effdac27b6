"""Completion, hover and definitions: what is known of the place at the cursor."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guidepress.book.front_matter import KEYS
from guidepress.diagnostics import Span
from guidepress.editor import context, schemas
from guidepress.editor.context import Context
from guidepress.editor.known import Known, Named
from guidepress.editor.schemas import Spot
from guidepress.markdown.blocks import syntax as readers
from guidepress.markdown.blocks.names import syntaxes
from guidepress.markdown.blocks.syntax import Option, Syntax


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to complete with: `text` takes the place of the word that begins at column `start` (from 1)."""

    text: str
    kind: str
    detail: str = ""
    about: str = ""
    start: int = 1
    # What comes first among others.
    first: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The cursor in a file: `name` is the file's in the project, `line` and `column` count from 1."""

    known: Known
    name: str
    lines: list[str]
    line: int
    column: int

    @property
    def is_yaml(self) -> bool:
        """Whether the file is YAML, and not a chapter."""
        return self.name.endswith((".yaml", ".yml"))

    @property
    def inside(self) -> str:
        """The file's path from the folder of guide.yaml."""
        return posixpath.relpath(self.name, self.root or ".")

    @property
    def root(self) -> str:
        """The folder of guide.yaml in the project."""
        guide = self.known.guide
        root = guide.root.relative_to(guide.project).as_posix()
        return "" if root == "." else root

    def context(self) -> Context | None:
        """What of Markdown the cursor is at."""
        if self.is_yaml:
            return context.inline(self.lines[self.line - 1], self.column)
        return context.context(self.lines, self.line, self.column)

    def spot(self) -> Spot | None:
        """Where in YAML the cursor is; None in a file that no model describes."""
        if not self.is_yaml or schemas.kind_of(self.inside) is None:
            return None
        return schemas.spot(self.lines, self.line, self.column)

    def schemas(self, spot: Spot) -> list[Mapping[str, object]]:
        """What the models say of a spot."""
        kind = schemas.kind_of(self.inside)
        return list(schemas.at(kind, spot.path)) if kind else []


def complete(place: Place) -> list[Offer]:
    """What may stand at the cursor."""
    if (here := place.context()) is not None:
        return list(_in_markdown(place, here))
    if (spot := place.spot()) is not None:
        return list(_in_yaml(place, spot))
    return []


def _in_markdown(place: Place, here: Context) -> Iterator[Offer]:
    known = place.known
    if here.kind == "link":
        yield from _link(place, here)
    elif here.kind == "picture":
        yield from _offers(
            known.paths("image", posixpath.dirname(place.name), here.prefix), here.start
        )
    elif here.kind == "variable":
        yield from _offers(known.names("variable"), here.start)
    elif here.kind == "front-key":
        unused = (key for key in KEYS if key not in here.given)
        yield from (Offer(f"{key}: ", "key", about=KEYS[key], start=here.start) for key in unused)
    elif here.kind == "front-value" and here.owner == "stage":
        yield from _offers(known.names("stage"), here.start)
    elif here.kind == "block":
        for name, block in syntaxes().items():
            text = f"{name} | " if block.ARGUMENT and here.word == here.prefix else name
            yield Offer(text, "block", _written(block), block_about(block), here.start)
    elif here.kind == "argument":
        yield from _argument(place, here)
    elif (owner := syntaxes().get(here.owner)) is not None:
        options = owner.known_options()
        if here.kind == "option":
            for name, option in options.items():
                if name not in here.given:
                    yield Offer(
                        f"{name}: ", "option", option_value(option), option.about, here.start
                    )
        elif (chosen := options.get(here.name)) is not None:
            yield from _option_values(place, here, chosen)


def _link(place: Place, here: Context) -> Iterator[Offer]:
    path, mark, _ = here.prefix.partition("#")
    at = here.start
    if not mark:
        yield from _offers(place.known.files(place.name), at)
        labels = place.known.labels(place.name)
        yield from (
            Offer(f"#{one.text}", one.kind, one.detail, start=at) for one in _offers(labels, at)
        )
        return
    target = posixpath.normpath(posixpath.join(posixpath.dirname(place.name), path))
    names = place.known.headings(target) if path else place.known.labels(place.name)
    yield from _offers(names, at + len(path) + 1)


def _argument(place: Place, here: Context) -> Iterator[Offer]:
    known = place.known
    last = here.prefix.replace(",", " ").split(" ")[-1]
    start = here.start + len(here.prefix) - len(last)
    if here.owner in ("only", "except"):
        yield from _offers(known.names("edition"), start)
    elif here.owner == "code":
        yield from _offers(known.paths("code", place.root, here.prefix), here.start)
    elif here.owner == "occlusion":
        yield from _offers(
            known.paths("image", posixpath.dirname(place.name), here.prefix), here.start
        )
    else:
        yield from _offers(known.printed(here.owner), here.start)


def _option_values(place: Place, here: Context, option: Option) -> Iterator[Offer]:
    if option.read is readers.boolean:
        texts: Mapping[str, Named] = {word: Named("", word) for word in ("true", "false")}
    elif option.read is readers.placement:
        texts = {word: Named("", word) for word in ("here", "any")}
    elif option.read is readers.editions:
        texts = place.known.names("edition")
    elif option.read is readers.tags:
        texts = place.known.names("tag")
    elif here.name == "audio":
        texts = place.known.paths("sound", posixpath.dirname(place.name), here.prefix)
    else:
        return
    yield from (
        one for one in _offers(texts, here.start) if one.text not in here.given - {here.word}
    )


def _in_yaml(place: Place, spot: Spot) -> Iterator[Offer]:
    found = place.schemas(spot)
    if not spot.in_value:
        needed = schemas.required(found)
        for key, one in schemas.keys(found).items():
            if key not in spot.given:
                detail = "required" if key in needed else ""
                about = str(one.get("description", ""))
                yield Offer(f"{key}: ", "key", detail, about, spot.start, key in needed)
    for choice in schemas.choices(found):
        yield Offer(choice, "value", start=spot.start)
    for kind in schemas.named(found):
        yield from _offers(_names(place, kind, spot.prefix), spot.start)


def _names(place: Place, kind: str, typed: str) -> Mapping[str, Named]:
    if kind in ("file", "image", "sound"):
        return place.known.paths(kind, posixpath.dirname(place.name), typed)
    return place.known.names(kind)


def _offers(names: Mapping[str, Named], start: int) -> Iterator[Offer]:
    for name, one in names.items():
        yield Offer(name, one.kind, one.title, start=start)


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell of the word at the cursor, in Markdown; the word begins at column `start` and is `length` long."""

    text: str
    start: int
    length: int


def hover(place: Place) -> Told | None:
    """What is known of the word at the cursor."""
    if (here := place.context()) is not None:
        text = _told_in_markdown(place, here)
        return Told(text, here.start, len(here.word)) if text and here.word else None
    if (spot := place.spot()) is not None and spot.word:
        text = _told_in_yaml(place, spot)
        return Told(text, spot.start, len(spot.word)) if text else None
    return None


def _told_in_markdown(place: Place, here: Context) -> str:
    blocks = syntaxes()
    if here.kind == "front-key":
        return KEYS.get(here.word, "")
    if here.kind == "block" and (block := blocks.get(here.word.lower())):
        return "\n\n".join((f"`{_written(block)}`", block_about(block), *_options(block)))
    if here.kind == "option" and (block := blocks.get(here.owner)):
        option = block.known_options().get(here.word)
        return f"{option.about}\n\n{option_value(option)}".strip() if option else ""
    named = definition(place)
    return _told(named) if named else ""


def _told_in_yaml(place: Place, spot: Spot) -> str:
    if spot.in_value:
        if named := definition(place):
            return _told(named)
        return ""
    one = schemas.keys(place.schemas(spot)).get(spot.word)
    if one is None:
        return ""
    default = one.get("default")
    more = (
        f"\n\nDefault: `{default}`"
        if isinstance(default, str | int | float) and default != ""
        else ""
    )
    return f"{one.get('description', '')}{more}"


def _told(named: Named) -> str:
    where = f"\n\n{named.span}" if named.span and named.span.file else ""
    return f"**{named.what}**{where}"


def definition(place: Place) -> Named | None:
    """What the word at the cursor names."""
    known = place.known
    here = place.context()
    if here is not None:
        if here.kind == "link":
            return _linked(place, here)
        if here.kind == "argument":
            return _argued(place, here)
        if here.kind == "variable":
            return known.names("variable").get(here.word)
        if here.kind == "front-value" and here.owner == "stage":
            return known.names("stage").get(here.word)
        if here.kind == "option-value" and here.name in ("only", "except"):
            return known.names("edition").get(here.word)
        if here.kind == "option-value" and here.name == "id":
            return known.names("card").get(here.word)
        if here.kind == "picture":
            return _file(place, here.word, posixpath.dirname(place.name))
        return None
    spot = place.spot()
    for kind in schemas.named(place.schemas(spot)) if spot else ():
        assert spot is not None
        if kind in ("file", "image", "sound"):
            return _file(place, spot.word, posixpath.dirname(place.name))
        if named := known.names(kind).get(spot.word):
            return named
    return None


def _linked(place: Place, here: Context) -> Named | None:
    # The book knows; it may be of a moment ago, when the line was another.
    if named := place.known.target(place.name, place.line, place.column):
        return named
    path, _, name = here.word.partition("#")
    if not path:
        return place.known.labels(place.name).get(name)
    return place.known.files(place.name).get(path)


def _argued(place: Place, here: Context) -> Named | None:
    if here.owner == "code":
        return _file(place, here.word.partition("#")[0], place.root)
    if here.owner == "occlusion":
        return _file(place, here.word, posixpath.dirname(place.name))
    if here.owner in ("only", "except"):
        last = here.prefix.replace(",", " ").split(" ")[-1]
        start = len(here.prefix) - len(last)
        return place.known.names("edition").get(here.word[start:].replace(",", " ").split(" ")[0])
    return place.known.printed(here.owner).get(here.word)


def _file(place: Place, path: str, folder: str) -> Named | None:
    base = place.root if path.startswith("/") else folder
    name = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    there = place.known.guide.project / name
    return Named("file", path, name, Span(name, 1)) if path and there.is_file() else None


def block_about(block: type[Syntax]) -> str:
    """What a block is for."""
    return block.ABOUT


def _written(block: type[Syntax]) -> str:
    """How a block is written."""
    argument = "" if block.ARGUMENT is False else " | …" if block.ARGUMENT else " [| …]"
    return f"/// {block.NAME}{argument}"


def _options(block: type[Syntax]) -> Iterator[str]:
    lines = [f"- `{name}`: {option.about}" for name, option in block.known_options().items()]
    if lines:
        yield "\n".join(lines)


def option_value(option: Option) -> str:
    """What an option may be, as whoever reads its value says it."""
    return (option.read.__doc__ or "").strip().split("\n")[0]
