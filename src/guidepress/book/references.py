"""References and images: what was written in the source becomes anchors and keys of the book."""

from __future__ import annotations

import difflib
import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import unquote

from lxml.html import HtmlElement

from guidepress.book.model import Image, Label
from guidepress.book.quotes import Quotes
from guidepress.book.tree import elements, has_class, line_of, parse, serialize, text_of
from guidepress.diagnostics import Diagnostic, Span, did_you_mean, error, warning
from guidepress.markdown import Document, Formula, ImageUse, QuoteUse, Reference
from guidepress.markdown.flow.admonition import UNTITLED
from guidepress.model import Guide
from guidepress.source.files import inside
from guidepress.source.images import read_image
from guidepress.words import Words

U = TypeVar("U")


@dataclass(slots=True)
class Resolver:
    """Resolves what the HTML of one book refers to; gathers problems, and the images and formulas in use.

    `words` are those that the book says itself. `names` holds the labels of the whole book, `chapters` file -> id,
    `local` chapter id -> its own names, `unprinted` the labels of records that no chapter prints, with the block
    that would.
    """

    guide: Guide
    words: Words
    names: Mapping[str, Label]
    chapters: Mapping[str, str]
    local: Mapping[str, Mapping[str, Label]]
    unprinted: Mapping[str, str]
    images: dict[str, Image] = field(default_factory=dict)
    # In the order in which they are met; a record that is printed twice has its formulas once.
    formulas: dict[Formula, None] = field(default_factory=dict)
    quotes: Quotes = field(init=False)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _broken: set[str] = field(default_factory=set)
    # Words of the glossary, case folded -> term.
    _terms: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.quotes = Quotes(self.guide.project, self.guide.root)
        for term in self.guide.terms:
            for word in filter(None, (term.term, *term.aliases, term.long)):
                self._terms.setdefault(word.casefold(), term.id)

    def finish(self, html: str, document: Document, place: Span, chapter: str = "") -> str:
        """The fragment with its references, images and terms resolved; `document` says where they stand.

        `place` is the file, and where in it the fragment stands if nothing more is known.
        """
        root = parse(html)
        self.finish_tree(root, document, place, chapter)
        return serialize(root)

    def finish_apart(self, html: str, document: Document, place: Span, chapter: str = "") -> str:
        """The same of a fragment that is printed in several places: it can hold no anchor."""
        root = parse(html)
        found = [
            name
            for element in elements(root, "*")
            for name in ("id", "data-index")
            if element.attrib.pop(name, None)
        ]
        if found:
            word = "index" if "data-index" in found else "id"
            message = f"`{word}` has no effect in a card or in a record"
            hints = ("set it in the text of a chapter",)
            self.diagnostics.append(warning("attribute-misplaced", message, place, hints=hints))
        self.finish_tree(root, document, place, chapter)
        return serialize(root)

    def finish_tree(
        self, root: HtmlElement, document: Document, place: Span, chapter: str = ""
    ) -> tuple[str, ...]:
        """The same in place; gives the anchors that were referred to."""
        file = place.file
        self.formulas.update(dict.fromkeys(document.formulas))
        used: list[str] = []
        for untitled in elements(root, "p"):
            if kind := untitled.attrib.pop(UNTITLED, None):
                untitled.text = self.words[kind]
        notes = {f"#fn-{note.name}": f"#fn-{chapter}-{note.number}" for note in document.footnotes}
        for call in elements(root, "sup"):
            if has_class(call, "footnote-ref"):
                for link in elements(call, "a"):
                    link.set("href", notes.get(link.get("href", ""), "#"))
        for link in list(elements(root, "a")):
            use = _use(link, "data-ref", document.references)
            if use is None:
                continue
            label = self.label(use, file, chapter)
            del link.attrib["data-ref"]
            if label is None:
                link.drop_tag()
                continue
            link.set("class", "ref")
            link.set("href", f"#{label.anchor}")
            if not text_of(link) and link.find(".//img") is None:
                link.text = title_of(label, self.words)
            used.append(label.anchor)
        for picture in list(elements(root, "img")):
            image_use = _use(picture, "data-image", document.images)
            if image_use is None:
                continue
            del picture.attrib["data-image"]
            self._image(picture, image_use, file)
        for block in list(elements(root, "pre")):
            quote = _use(block, "data-quote", document.quotes)
            if quote is not None:
                self._quote(block, quote)
        for element in elements(root, "em", "strong", "span", "code"):
            if has_class(element, "term"):
                line = line_of(element)
                self._term(element, Span(file, line) if line not in (0, place.line) else place)
        return tuple(dict.fromkeys(used))

    def _term(self, element: HtmlElement, span: Span) -> None:
        """Tie a word to its entry in the glossary."""
        word = text_of(element).casefold()
        for form in (word, word.removesuffix("s"), f"{word}s"):
            if name := self._terms.get(form):
                element.set("data-term", name)
                return
        if "term" not in self.guide.unread:
            message = f"`{text_of(element)}` is not in the glossary"
            hints = did_you_mean(word, self._terms)
            self.diagnostics.append(warning("term-undefined", message, span, hints=hints))

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
        anywhere = [table[name] for table in self.local.values() if name in table]
        if len(anywhere) == 1:
            return anywhere[0]
        if anywhere:
            places = ", ".join(f"`{label.chapter}`" for label in anywhere[:4])
            hint = f"headings of this name are in {places}: give one of them an id with {{#id}}"
            self._problem(
                "reference-ambiguous", f"`#{name}` may mean several headings", reference, hint
            )
        elif name in self.unprinted:
            hint = f"print it in a chapter with {self.unprinted[name]}"
            self._problem("reference-unprinted", f"no chapter prints `#{name}`", reference, hint)
        elif name.partition("-")[0] not in self.guide.unread:
            known = (*own, *self.names, *self.unprinted)
            hints = did_you_mean(name, known)
            self._problem("reference-unknown", f"nothing is called `#{name}`", reference, *hints)
        return None

    def _in_file(self, reference: Reference, path: str, name: str, file: str) -> Label | None:
        # As on a site: a leading slash means the folder of guide.yaml.
        root = self.guide.root.relative_to(self.guide.project).as_posix()
        base = root if path.startswith("/") else posixpath.dirname(file)
        target = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        chapter = self.chapters.get(target) or self.chapters.get(
            posixpath.splitext(target)[0] + ".md"
        )
        if chapter is None:
            self.diagnostics.append(
                warning(
                    "reference-outside",
                    f"`{path}` is no chapter of this guide; its link is printed as text",
                    reference.span,
                    hints=_near(path, posixpath.dirname(file), self.chapters)
                    or ("add the file to the contents in guide.yaml",),
                )
            )
            return None
        if not name:
            return self.names[chapter]
        if label := self.local[chapter].get(name):
            return label
        hints = did_you_mean(name, self.local[chapter])
        message = f"no heading `#{name}` in `{path}`; the link goes to the chapter"
        self.diagnostics.append(
            warning("reference-heading-unknown", message, reference.span, hints=hints)
        )
        return self.names[chapter]

    def _problem(self, code: str, message: str, reference: Reference, *hints: str) -> None:
        self.diagnostics.append(error(code, message, reference.span, hints=hints))

    def _image(self, picture: HtmlElement, use: ImageUse, file: str) -> None:
        if _remote(use.src):
            message = (
                f"`{use.src}` is on the network, which a build never reads; its text is printed"
            )
            hints = ("save the image in the project",)
            self.diagnostics.append(warning("image-remote", message, use.span, hints=hints))
            picture.tag = "span"
            picture.text = use.alt
            for name in list(picture.attrib):
                del picture.attrib[name]
            return
        image = self.image(unquote(use.src.partition("#")[0].partition("?")[0]), file, use.span)
        if image is None:
            picture.drop_tree()
            return
        picture.set("src", image.key)
        if not use.alt.strip() and not has_class(picture, "decoration"):
            message = f"the image `{use.src}` has no alternative text"
            ways = (
                "say between the brackets what it shows",
                "or write `{: .decoration }` after a picture that says nothing",
            )
            self.diagnostics.append(warning("image-alt-missing", message, use.span, hints=ways))
        if image.width and image.height and not picture.get("width"):
            picture.set("width", str(image.width))
            picture.set("height", str(image.height))

    def _quote(self, block: HtmlElement, use: QuoteUse) -> None:
        """Put the code of a file into its place."""
        del block.attrib["data-quote"]
        quote = self.quotes.html(use)
        self.diagnostics.extend(quote.diagnostics)
        if quote.value is None:
            return
        language, html = quote.value
        if language:
            block.set("data-language", language)
        block.extend(parse(html))

    def image(self, src: str, file: str, span: Span) -> Image | None:
        """The image `src` as seen from `file` (both relative); None with a problem noted."""
        project, root = self.guide.project, self.guide.root
        base = root if src.startswith("/") else project / posixpath.dirname(file)
        path = base / src.lstrip("/")
        if not inside(project, path):
            message = f"the image `{src}` lies outside of the project"
            self.diagnostics.append(error("image-outside", message, span))
            return None
        key = posixpath.normpath(os.path.relpath(path, root).replace(os.sep, "/"))
        if key in self.images:
            return self.images[key]
        if not os.path.isfile(path):  # of a Path, a name that no system holds would raise
            hints = did_you_mean(path.name, _names_in(path.parent))
            message = f"the image `{src}` does not exist"
            self.diagnostics.append(error("image-missing", message, span, hints=hints))
            return None
        if key in self._broken:
            return None
        read = read_image(path, key, posixpath.relpath(path.as_posix(), project.as_posix()))
        if read.value is None:
            # At the place that wants it: that is what the author edits.
            self.diagnostics.extend(replace(problem, span=span) for problem in read.diagnostics)
            self._broken.add(key)
            return None
        one = read.value
        self.images[key] = Image(key, path, one.sha256, one.width, one.height)
        return self.images[key]


def _near(path: str, folder: str, files: Iterable[str]) -> tuple[str, ...]:
    """The hint for a link to no chapter: one of nearly the same name, its ending apart."""
    names = (posixpath.relpath(file, folder or ".") for file in files)
    by_stem = {posixpath.splitext(name)[0]: name for name in sorted(names)}
    close = difflib.get_close_matches(posixpath.splitext(path)[0], by_stem, n=1)
    return (f"did you mean `{by_stem[close[0]]}`?",) if close else ()


def _remote(src: str) -> bool:
    head = src.lower()
    return head.startswith(("http:", "https:", "data:", "//", "ftp:"))


def _names_in(folder: os.PathLike[str]) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:500]
    except OSError:
        return []


def _use(element: HtmlElement, attribute: str, uses: Sequence[U]) -> U | None:
    position = element.get(attribute) or ""
    if position.isdigit() and int(position) < len(uses):
        return uses[int(position)]
    return None


def title_of(label: Label, words: Words) -> str:
    """How an empty reference calls a label: "Chapter 7, Caching", "Figure 3.2", or its title."""
    if not label.number:
        return label.title
    if label.kind == "section":
        return f"{label.number} {label.title}"
    if label.kind in ("figure", "table", "data"):
        kind = "figure" if label.kind == "figure" else "table"
        return words.phrase(f"{kind}-n", n=label.number)
    place = words.phrase(f"{label.kind}-n", n=label.number)
    return words.phrase("place-titled", place=place, title=label.title)
