"""References and images: what was written in the source becomes anchors and keys of the book."""

from __future__ import annotations

import difflib
import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from urllib.parse import unquote

from msgspec.structs import replace

from guidepress.book.callouts import has_callouts, set_callouts
from guidepress.book.editions import LeftOut
from guidepress.book.model import FormulaUse, Label, Sound
from guidepress.book.model import Image as BookImage
from guidepress.book.quotes import Quotes
from guidepress.content import (
    Content,
    Element,
    Formula,
    Image,
    Node,
    NoteCall,
    Quote,
    Reference,
    Text,
)
from guidepress.content.marks import folded
from guidepress.content.sounds import KEY, SOUND
from guidepress.content.walk import elements, line_of, placed, rewrite, with_attributes
from guidepress.content.walk import words as words_of
from guidepress.diagnostics import Diagnostic, Hint, Names, Span, did_you_mean, error, warning
from guidepress.markdown.flow.admonition import UNTITLED
from guidepress.model import Guide, Term
from guidepress.source.consistency import left_out
from guidepress.source.files import inside
from guidepress.source.images import SUFFIXES, read_image
from guidepress.source.sounds import SUFFIXES as SOUNDS
from guidepress.source.sounds import read_sound
from guidepress.words import Words

_MOST_NAMES = 50_000
# Pictures and quotations as they were met in a file, with what came into their places.
Outside = list[tuple[Image | Quote, str, Element | Sequence[Node]]]


@dataclass(frozen=True, slots=True)
class Notes:
    """What some nodes left behind when they were resolved: `problems` are those of what is `outside`."""

    formulas: dict[FormulaUse, None] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    outside: Outside = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


@dataclass(slots=True)
class Resolver:
    """Resolves what the HTML of one book refers to; gathers problems, and the images and formulas in use.

    `words` are those that the book says itself. `names` holds the labels of the whole book, `chapters` file -> id,
    `local` chapter id -> its own names, `unprinted` the labels of records that no chapter prints, with the block
    that would, `left_out` what the edition does not have of the chapters.
    """

    guide: Guide
    words: Words
    names: Mapping[str, Label]
    chapters: Mapping[str, str]
    local: Mapping[str, Mapping[str, Label]]
    unprinted: Mapping[str, str]
    left_out: LeftOut
    images: dict[str, BookImage] = field(default_factory=dict)
    sounds: dict[str, Sound] = field(default_factory=dict)
    # In the order in which they are met; a record that is printed twice has its formulas once.
    formulas: dict[FormulaUse, None] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    quotes: Quotes = field(init=False)
    # Name of an image -> where those of that name are, relative to the folder of guide.yaml.
    _by_name: dict[str, list[str]] | None = None
    # Labels, and chapters without their endings, for hints.
    _labels: Names | None = None
    _files: Names | None = None
    _endings: Mapping[str, str] = field(default_factory=dict)
    _broken: set[str] = field(default_factory=set)
    # Words of the glossary, case folded -> term.
    _terms: dict[str, str] = field(default_factory=dict)
    # Words of terms that the edition leaves out, and where that is said.
    _left_out_terms: dict[str, Span] = field(default_factory=dict)
    _notes: Notes | None = None

    def __post_init__(self) -> None:
        self.quotes = Quotes(self.guide.project, self.guide.root)
        for term in self.guide.terms:
            for word in filter(None, (term.term, *term.aliases, term.long)):
                self._terms.setdefault(folded(word).casefold(), term.id)
        for one in self.guide.left_out:
            if isinstance(one.record, Term):
                for word in filter(None, (one.record.term, *one.record.aliases, one.record.long)):
                    self._left_out_terms.setdefault(folded(word).casefold(), one.span)

    def finish(self, content: Content, place: Span, chapter: str = "") -> Content:
        """The content with its references, images and terms resolved.

        `place` is the file, and where in it the content stands if nothing more is known.
        """
        return Content(self.resolve(content.nodes, place, chapter)[0])

    def finish_apart(
        self,
        content: Content,
        place: Span,
        chapter: str = "",
        typed: Callable[[Span], Span] | None = None,
    ) -> Content:
        """The same of content that is printed in several places: it can hold no anchor.

        `typed` says where a span was typed, if it is not what the nodes say.
        """
        # Of the parts of a card most are empty.
        if not content.nodes:
            return content
        every = list(elements(content.nodes))
        word = "index" if any(e.index for e in every) else "id" if any(e.id for e in every) else ""
        if word:
            message = f"`{word}` has no effect in a card or in a record"
            hints = ("set it in the text of a chapter",)
            self.diagnostics.append(warning("attribute-misplaced", message, place, hints=hints))
            nodes = rewrite(content.nodes, _without_anchor)
        else:
            nodes = content.nodes
        made = self.resolve(nodes, place, chapter, typed)[0]
        return content if made is content.nodes else Content(made)

    def resolve(
        self,
        nodes: Sequence[Node],
        place: Span,
        chapter: str = "",
        typed: Callable[[Span], Span] | None = None,
    ) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """The nodes resolved, and the anchors that they refer to."""
        used: list[str] = []
        every = list(elements(nodes))
        lines = {}
        if any(map(_is_term, every)):
            lines = {id(one): line_of(one, above) for one, above in placed(nodes) if _is_term(one)}
        concerned = bool(lines) or any(
            isinstance(one, _RESOLVED) or UNTITLED in one.attributes for one in every
        )

        def visit(old: Element, new: Element) -> Element | Sequence[Node]:
            if typed and isinstance(new, Reference | Image | Formula | Quote):
                new = replace(new, span=typed(new.span))
            match new:
                case Reference():
                    return self._reference(new, place.file, chapter, used)
                case Image() | Quote():
                    return self._from_outside(new, place.file)
                case Formula():
                    self._formula(FormulaUse(new.tex, new.display, new.span))
                case NoteCall():
                    return replace(new, note=f"fn-{chapter}-{new.number}")
            if id(old) in lines:
                line = lines[id(old)]
                span = Span(place.file, line) if line not in (0, place.line) else place
                return self._term(new, span)
            if kind := new.attributes.get(UNTITLED):
                untitled = with_attributes(new, **{UNTITLED: None})
                return replace(untitled, children=(Text(self.words[kind]),))
            return new

        made = rewrite(nodes, visit) if concerned else tuple(nodes)
        if has_callouts(made):
            made, problems = set_callouts(made, place)
            self.diagnostics.extend(problems)
        return made, tuple(dict.fromkeys(used))

    @property
    def terms(self) -> tuple[Mapping[str, str], Mapping[str, Span]]:
        """The words of the glossary, and those that the edition leaves out."""
        return self._terms, self._left_out_terms

    @contextmanager
    def noted(self) -> Iterator[Notes]:
        """Note what the nodes that are resolved meanwhile leave behind."""
        self._notes = notes = Notes()
        shared, self.diagnostics = self.diagnostics, notes.diagnostics
        try:
            yield notes
        finally:
            self._notes, self.diagnostics = None, shared
            shared += (*notes.diagnostics, *notes.problems)

    def finds(self, outside: Outside) -> bool:
        """Read what nodes named before; whether the same came of it. If not, it is as if nothing was read."""
        images, sounds = dict(self.images), dict(self.sounds)
        broken, count = set(self._broken), len(self.diagnostics)
        if all(self._read(node, file) == made for node, file, made in outside):
            return True
        self._broken = broken
        self.images.clear()
        self.images.update(images)
        self.sounds.clear()
        self.sounds.update(sounds)
        del self.diagnostics[count:]
        return False

    def _formula(self, use: FormulaUse) -> None:
        self.formulas[use] = None
        if self._notes is not None:
            self._notes.formulas[use] = None

    def _from_outside(self, node: Image | Quote, file: str) -> Element | Sequence[Node]:
        notes = self._notes
        if notes is None:
            return self._read(node, file)
        self.diagnostics = notes.problems
        made = self._read(node, file)
        self.diagnostics = notes.diagnostics
        notes.outside.append((node, file, made))
        return made

    def _read(self, node: Image | Quote, file: str) -> Element | Sequence[Node]:
        return self._image(node, file) if isinstance(node, Image) else self._quote(node)

    def _quote(self, block: Quote) -> Element:
        """Code of a file in its place."""
        quote = self.quotes.code(block)
        self.diagnostics.extend(quote.diagnostics)
        attributes = dict(block.attributes)
        if quote.value is None:
            return Element("pre", attributes, (), block.line, block.index)
        language, code = quote.value
        if language:
            attributes["data-language"] = language
        return Element("pre", attributes, (code,), block.line, block.index)

    def _reference(
        self, link: Reference, file: str, chapter: str, used: list[str]
    ) -> Element | Sequence[Node]:
        label = self.label(link, file, chapter)
        if label is None:
            return link.children
        used.append(label.anchor)
        children = link.children
        if not words_of(children) and not any(isinstance(e, Image) for e in elements(children)):
            children = (Text(title_of(label, self.words)),)
        return replace(link, anchor=label.anchor, children=children)

    def _term(self, element: Element, span: Span) -> Element:
        """Tie a word to its entry in the glossary."""
        shown = words_of(element.children)
        word = folded(shown).casefold()
        for form in (word, word.removesuffix("s"), f"{word}s"):
            if name := self._terms.get(form):
                return with_attributes(element, data_term=name)
        if (reason := self._left_out_terms.get(word)) is not None:
            self.diagnostics.append(
                left_out(f"the term `{shown}`", self.guide.active, span, reason)
            )
        elif "term" not in self.guide.unread:
            message = f"`{shown}` is not in the glossary"
            hints = did_you_mean(word, self._terms)
            self.diagnostics.append(warning("term-undefined", message, span, hints=hints))
        return element

    def label(self, reference: Reference, file: str, chapter: str) -> Label | None:
        """The label that a reference means, or None with a problem noted."""
        path, _, name = unquote(reference.target).partition("#")
        if path:
            return self._in_file(reference, path, name, file)
        own = self.local.get(chapter, {})
        # Other tools call the second heading of a name `name_1`, GitHub and guidepress `name-1`.
        for word in (name, re.sub(r"_(\d+)$", r"-\1", name)):
            if label := own.get(word) or self.names.get(word):
                return label
        if (reason := self._reason(name, file)) is not None:
            self._not_in_edition(f"`#{name}`", reference, reason)
            return None
        anywhere = [table[name] for table in self.local.values() if name in table]
        if len(anywhere) == 1:
            return anywhere[0]
        if anywhere:
            places = ", ".join(f"`{label.chapter}`" for label in anywhere[:4])
            hint = f"headings of this name are in {places}: give one of them an id with {{#id}}"
            self._problem(
                "reference-ambiguous", f"`#{name}` may mean several headings", reference, hint
            )
        elif reasons := [t[name] for t in self.left_out.local.values() if name in t]:
            self._not_in_edition(f"`#{name}`", reference, reasons[0])
        elif name in self.unprinted:
            hint = f"print it in a chapter with {self.unprinted[name]}"
            self._problem("reference-unprinted", f"no chapter prints `#{name}`", reference, hint)
        elif name.partition("-")[0] not in self.guide.unread:
            if self._labels is None:
                self._labels = Names((*self.names, *self.unprinted))
            hints = did_you_mean(name, (*own, *self._labels.near(name)))
            self._problem("reference-unknown", f"nothing is called `#{name}`", reference, *hints)
        return None

    def _in_file(self, reference: Reference, path: str, name: str, file: str) -> Label | None:
        # As on a site: a leading slash means the folder of guide.yaml.
        root = self.guide.root.relative_to(self.guide.project).as_posix()
        file = self.guide.originals.get(file, file)
        base = root if path.startswith("/") else posixpath.dirname(file)
        target = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        files = (target, posixpath.splitext(target)[0] + ".md")
        there = next((one for one in files if one in self.chapters), "")
        chapter = self.chapters.get(there)
        shown = {original: one for one, original in self.guide.originals.items()}
        for one in files if chapter is None else ():
            if (reason := self.left_out.chapters.get(shown.get(one, one))) is not None:
                self._not_in_edition(f"`{path}`", reference, reason)
                return None
        if chapter is None:
            self.diagnostics.append(
                warning(
                    "reference-outside",
                    f"`{path}` is not a chapter of this guide; the link is printed as text",
                    reference.span,
                    hints=self._near(path, target, posixpath.dirname(file))
                    or ("add the file to the contents in guide.yaml",),
                )
            )
            return None
        if not name:
            return self.names[chapter]
        if label := self.local[chapter].get(name):
            return label
        headings = self.left_out.local.get(shown.get(there, there), {})
        if (reason := headings.get(name)) is not None:
            self._not_in_edition(f"`{path}#{name}`", reference, reason)
            return None
        hints = did_you_mean(name, self.local[chapter])
        message = f"no heading `#{name}` in `{path}`; the link goes to the chapter"
        self.diagnostics.append(
            warning("reference-heading-unknown", message, reference.span, hints=hints)
        )
        return self.names[chapter]

    def _reason(self, name: str, file: str) -> Span | None:
        """What leaves a name out of the edition: in the chapter of a file, in the book, among the records."""
        own = self.left_out.local.get(file, {}).get(name) or self.left_out.names.get(name)
        records = (one.span for one in self.guide.left_out if one.label == name)
        return own or next(records, None)

    def _not_in_edition(self, what: str, reference: Reference, reason: Span) -> None:
        self.diagnostics.append(left_out(what, self.guide.active, reference.span, reason))

    def _problem(self, code: str, message: str, reference: Reference, *hints: str) -> None:
        self.diagnostics.append(error(code, message, reference.span, hints=hints))

    def _image(self, picture: Image, file: str) -> Element | Sequence[Node]:
        src, alt = picture.src, picture.alt
        if _remote(src):
            message = f"`{src}` is on the network, which a build never reads; its text is printed"
            hints = ("save the image in the project",)
            self.diagnostics.append(warning("image-remote", message, picture.span, hints=hints))
            return Element("span", {}, (Text(alt),) if alt else ())
        path = unquote(src.partition("#")[0].partition("?")[0])
        if posixpath.splitext(path)[1].lower() in SOUNDS:
            return self._played(path, alt, file, picture.span)
        image = self.image(path, file, picture.span)
        if image is None:
            return Element("span", {}, (Text(alt),) if alt else ())
        if not alt.strip() and "decoration" not in picture.classes:
            message = f"the image `{src}` has no alternative text"
            ways = (
                "say between the brackets what it shows",
                "or write `{: .decoration }` after a picture that says nothing",
            )
            self.diagnostics.append(warning("image-alt-missing", message, picture.span, hints=ways))
        changes = {"src": image.key}
        if image.width and image.height and not picture.attributes.get("width"):
            changes |= {"width": str(image.width), "height": str(image.height)}
        return with_attributes(picture, **changes)

    def _played(self, path: str, alt: str, file: str, span: Span) -> Element:
        """A sound, written as a picture: the words that stand for it, and its key."""
        said = (Text(alt if alt.strip() else self.words["listen"]),)
        key = self.sound(path, file, span)
        return Element("span", {"class": SOUND, KEY: key} if key else {}, said)

    def sound(self, src: str, file: str, span: Span) -> str:
        """The key of the sound `src` relative to `file` (both relative); empty with a problem noted."""
        project, root = self.guide.project, self.guide.root
        path = self._path(src, file)
        if not inside(project, path):
            message = f"the sound `{src}` lies outside of the project"
            self.diagnostics.append(error("sound-outside", message, span))
            return ""
        key = posixpath.normpath(os.path.relpath(path, root).replace(os.sep, "/"))
        if key in self.sounds:
            return key
        if not os.path.isfile(path):
            hints = did_you_mean(path.name, _names_in(path.parent))
            message = f"the sound `{src}` does not exist"
            self.diagnostics.append(error("sound-missing", message, span, hints=hints))
            return ""
        read = read_sound(path, posixpath.relpath(path.as_posix(), project.as_posix()))
        if read.value is None:
            self.diagnostics.extend(changed(problem, span=span) for problem in read.diagnostics)
            return ""
        self.sounds[key] = Sound(key, path, read.value)
        return key

    def _path(self, src: str, file: str) -> Path:
        """Where a file is meant to be that stands as `src` in `file`."""
        project, root = self.guide.project, self.guide.root
        # A translation names files as its original does.
        file = self.guide.originals.get(file, file)
        base = root if src.startswith("/") else project / posixpath.dirname(file)
        return base / src.lstrip("/")

    def image(self, src: str, file: str, span: Span) -> BookImage | None:
        """The image `src` relative to `file` (both relative); None with a problem noted."""
        project, root = self.guide.project, self.guide.root
        path = self._path(src, file)
        if not inside(project, path):
            message = f"the image `{src}` lies outside of the project"
            self.diagnostics.append(error("image-outside", message, span))
            return None
        key = posixpath.normpath(os.path.relpath(path, root).replace(os.sep, "/"))
        if key in self.images:
            return self.images[key]
        if not os.path.isfile(path):  # of a Path, a name that no system holds would raise
            hints = did_you_mean(path.name, _names_in(path.parent)) or self._elsewhere(src, file)
            message = f"the image `{src}` does not exist"
            self.diagnostics.append(error("image-missing", message, span, hints=hints))
            return None
        if key in self._broken:
            return None
        read = read_image(path, key, posixpath.relpath(path.as_posix(), project.as_posix()))
        if read.value is None:
            # At the place that wants it: that is what the author edits.
            self.diagnostics.extend(changed(problem, span=span) for problem in read.diagnostics)
            self._broken.add(key)
            return None
        self.diagnostics.extend(read.diagnostics)
        one = read.value
        self.images[key] = BookImage(key, path, one.sha256, one.width, one.height, one.cleaned)
        return self.images[key]

    def _elsewhere(self, src: str, file: str) -> tuple[str, ...]:
        """The hint for a path that is seen from another folder: where a file of this name is."""
        name = posixpath.basename(src)
        if self._by_name is None:
            self._by_name = _images_in(self.guide.root)
        found = self._by_name.get(name, ())
        # Of several, the one with the most of the path in common.
        best = max(found, key=lambda one: _shared(one, src), default="")
        if not best:
            return ()
        here = posixpath.dirname(posixpath.relpath(file, self._root_name))
        seen = posixpath.relpath(best, here or ".")
        hint = f"a path starts at the file that names it: from here it is `{seen}`"
        return (Hint(hint, src, seen),)

    def _near(self, path: str, target: str, folder: str) -> tuple[str, ...]:
        """The hint for a link to no chapter: one of nearly the same name, its ending apart."""
        if self._files is None:
            self._files = Names(posixpath.splitext(file)[0] for file in self.chapters)
            self._endings = {posixpath.splitext(file)[0]: file for file in sorted(self.chapters)}
        near = self._files.near(posixpath.splitext(target)[0])
        by_stem = {
            posixpath.splitext(name)[0]: name
            for name in sorted(
                posixpath.relpath(self._endings[stem], folder or ".") for stem in near
            )
        }
        close = difflib.get_close_matches(posixpath.splitext(path)[0], by_stem, n=1)
        if not close:
            return ()
        meant = by_stem[close[0]]
        return (Hint(f"did you mean `{meant}`?", path, meant),)

    @property
    def _root_name(self) -> str:
        return self.guide.root.relative_to(self.guide.project).as_posix()


def _remote(src: str) -> bool:
    head = src.lower()
    return head.startswith(("http:", "https:", "data:", "//", "ftp:"))


def _names_in(folder: os.PathLike[str]) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:500]
    except OSError:
        return []


def _images_in(folder: Path) -> dict[str, list[str]]:
    """The images below a folder by their names; of a very large one, some."""
    found: dict[str, list[str]] = {}
    count = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        base = os.path.relpath(here, folder).replace(os.sep, "/")
        for name in sorted(names):
            if posixpath.splitext(name)[1].lower() in SUFFIXES:
                found.setdefault(name, []).append(posixpath.normpath(posixpath.join(base, name)))
        count += len(names)
        if count > _MOST_NAMES:
            break
    return found


def _shared(one: str, other: str) -> int:
    """How many steps two paths have in common, from their ends."""
    pairs = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), len(one.split("/")))


# What is not in the Book as it was read.
_RESOLVED = (Reference, Image, Quote, Formula, NoteCall)


def _is_term(element: Element) -> bool:
    return element.name in ("em", "strong", "span", "code") and "term" in element.classes


def _without_anchor(_: Element, new: Element) -> Element:
    if new.index or "id" in new.attributes:
        own = {name: value for name, value in new.attributes.items() if name != "id"}
        return replace(new, attributes=own, index="")
    return new


def title_of(label: Label, words: Words) -> str:
    """How an empty reference calls a label: "Chapter 7, Caching", "Figure 3.2", or its title."""
    if not label.number:
        return label.title
    if label.kind == "section":
        return f"{label.number} {label.title}"
    if label.kind in ("figure", "table", "listing", "data"):
        kind = "table" if label.kind == "data" else label.kind
        return words.phrase(f"{kind}-n", n=label.number)
    place = words.phrase(f"{label.kind}-n", n=label.number)
    return words.phrase("place-titled", place=place, title=label.title)
