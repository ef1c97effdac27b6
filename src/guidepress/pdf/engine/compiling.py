"""Compile a section: lay it out, repair its structure, paint it, and record what moves."""

from __future__ import annotations

import gc
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any
import pydyf
import weasyprint
import weasyprint.draw.text
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf.stream import Stream

from guidepress.pdf import log, structure, tags
from guidepress.pdf.engine.environment import (
    Environment,
    Fetcher,
    digest,
    environment_of,
    forget,
)
from guidepress.pdf.engine.numbers import Recorded, Recorder
from guidepress.pdf.errors import FontError
from guidepress.pdf.model import (
    Anchor,
    Bookmark,
    FontUse,
    Fragment,
    LogLine,
    Number,
    Section,
)

LOGGER = logging.getLogger(log.LOGGER)
POINTS = 0.75  # points in a CSS pixel

# Boxes refer to each other in circles, so only the garbage collector frees the memory of a
# section. It is slow while a layout is alive, so it runs between sections, after this many pages.
PAGES_PER_COLLECTION = 60

_pages_since_collection = 0


def prepare(section: Section) -> None:
    """Load the engine and the styles of a section, for processes that are forked afterwards."""
    environment_of(section)
    gc.collect()
    gc.freeze()


def compile_section(section: Section) -> Fragment:
    """Lay out and paint a section.

    Raises FontError when its styles load no font: text cannot be laid out without one.
    """
    with _collector_paused(), log.captured() as lines:
        environment = environment_of(section)
        lines += environment.log
        fetcher = Fetcher(section.files)
        html = weasyprint.HTML(string=section.html, url_fetcher=fetcher)
        fonts = environment.fonts.loaded()
        if not fonts and "@font-face" not in section.html:
            raise FontError(f"the styles of section {section.name} load no font")
        document = html.render(
            font_config=environment.fonts,
            counter_style=environment.counters.copy(),
            stylesheets=environment.sheets,
            cache={},
        )
        if environment.fonts.loaded() != fonts:
            # The document itself loads fonts, which other sections must not see.
            environment.programs.update(fetcher.programs)
            forget(section)
        return _Painting(section, document, environment).fragment(lines)


@contextmanager
def _collector_paused() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _replaced(module: ModuleType, name: str, value: object) -> Iterator[None]:
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)


class _Painting:
    """One document on its way to a fragment."""

    def __init__(self, section: Section, document: Any, environment: Environment) -> None:
        self.section = section
        self.document = document
        self.environment = environment
        self.recorder = Recorder(weasyprint.draw.text.draw_first_line)
        self.streams: list[Any] = []
        self.numbers: list[Number] = []
        self.language: str = document.metadata.lang or ""
        # The link that each box with an annotation belongs to, kept for the structure.
        self.anchors: dict[str, Anchor] = {}

    def fragment(self, lines: list[LogLine]) -> Fragment:
        document = self.document
        if not self.language:
            LOGGER.error('Missing required "lang" attribute at the root of the document')
        for index, page in enumerate(document.pages):
            self.recorder.find_folios(page._page_box)
            page.links = _own_links(page)
            for name, (x, y, *_) in page.anchors.items():
                self.anchors.setdefault(name, Anchor(index, *_points(page, x, y)))
        pdf = self.paint()
        first = document.pages[0]
        title = self.section.title or document.metadata.title or ""
        return Fragment(
            name=self.section.name,
            pdf=pdf,
            page_count=len(document.pages),
            page_size=(round(first.width * POINTS, 3), round(first.height * POINTS, 3)),
            anchors=self.anchors,
            outline=tuple(_bookmarks(document.pages)),
            numbers=tuple(number for number in self.numbers if number.anchor is not None),
            folios=tuple(number for number in self.numbers if number.anchor is None),
            figures=tuple(self.recorder.figures),
            fonts=self.fonts(),
            log=tuple(lines),
            language=self.language,
            title=title,
        )

    def paint(self) -> bytes:
        """Paint the pages, without fonts and with our own structure."""

        def keep_streams(pdf: Any, document: Any, version: Any, streams: list[Any]) -> None:
            self.streams = streams

        target = io.BytesIO()
        with (
            _replaced(weasyprint.draw.text, "draw_first_line", self.recorder.draw_first_line),
            _replaced(weasyprint.pdf, "build_fonts_dictionary", lambda *_: pydyf.Dictionary()),
            _replaced(weasyprint.pdf, "add_tags", keep_streams),
        ):
            self.document.write_pdf(target, finisher=self.finish, pdf_tags=True)
        return target.getvalue()

    def finish(self, document: Any, pdf: Any) -> None:
        """Give the painted PDF its structure, and make it independent of its place in a book."""
        tree = tags.build(
            [
                self.boxes(page, stream)
                for page, stream in zip(document.pages, self.streams, strict=True)
            ],
            self.language,
            self.section.title,
        )
        for image in tree.undescribed:
            LOGGER.error('Image "%s" has no required alt description', image)
        self.finish_links(pdf)
        structure.write(pdf, tree, self.marked_streams(pdf), self.section.name)
        _drop_interpolation(pdf)
        self.place_numbers(pdf)
        for key in ("Names", "Outlines", "ViewerPreferences", "MarkInfo"):
            pdf.catalog.pop(key, None)
        pdf.info.clear()

    def boxes(self, page: Any, stream: Any) -> list[tags.Box]:
        """Return the boxes of a page's content; what is in the margins stays an artifact."""
        convert = _Converter(page, stream._tags)
        return [
            convert.box(child)
            for child in page._page_box.children
            if not isinstance(child, boxes.MarginBox)
        ]

    def marked_streams(self, pdf: Any) -> list[structure.MarkedStream]:
        """Return the streams of the pages, then those of the form XObjects on them."""
        # A form XObject shares the register of marked content of the page that paints it.
        page_of = {id(stream._tags): index for index, stream in enumerate(self.streams)}
        painted = [structure.MarkedStream(index, page) for index, page in enumerate(self.streams)]
        pages = {id(stream) for stream in self.streams}
        return painted + [
            structure.MarkedStream(page_of[id(item._tags)], item, form=True)
            for item in pdf.objects
            if isinstance(item, Stream) and id(item) not in pages and id(item._tags) in page_of
        ]

    def finish_links(self, pdf: Any) -> None:
        """Give the links inside the section explicit targets, and every link a description."""
        pages = pdf.page_references
        for page in self.document.pages:
            for kind, target, _, box in page.links:
                annotation = box.link_annotation
                if annotation is None:
                    continue
                annotation["F"] = 4  # printed, as PDF/A wants of every annotation
                annotation["Contents"] = pydyf.String(_description(box, target))
                if kind == "internal":
                    anchor = self.anchors[target]
                    annotation["Dest"] = pydyf.Array(
                        (pages[anchor.page], "/XYZ", anchor.x, anchor.y, 0)
                    )

    def place_numbers(self, pdf: Any) -> None:
        """Find the bytes of the recorded numbers; give each folio a content stream of its own."""
        page_of = {id(stream._tags): index for index, stream in enumerate(self.streams)}
        recorded: dict[int, list[Recorded]] = {}
        for number in self.recorder.recorded:
            recorded.setdefault(id(number.stream), []).append(number)
        pages = [pdf.objects[int(reference.split()[0])] for reference in pdf.page_references]
        for numbers in recorded.values():
            stream = numbers[0].stream
            index = page_of[id(stream._tags)]
            segments = _split(stream, numbers)
            if stream is self.streams[index] and len(segments) > 1:
                pages[index]["Contents"] = self.add_segments(pdf, stream, segments)
            for segment in segments:
                self.numbers += segment.numbers(index)

    def fonts(self) -> dict[str, FontUse]:
        """Return what the section needs of each font, by the font's name in the pages."""
        environment = self.environment
        uses: dict[str, FontUse] = {}
        for font in self.document.fonts.values():
            if font.hash not in environment.digests:
                environment.digests[font.hash] = digest(font.file_content)
            identity = environment.digests[font.hash]
            program = environment.programs[identity]
            known = uses.get(font.hash)
            uses[font.hash] = FontUse(
                url=program.url,
                path=program.path,
                digest=identity,
                index=font.index,
                attributes={
                    key: value
                    for key, value in vars(font).items()
                    if isinstance(value, str | bytes | int | float | list | dict)
                    and key not in ("file_content", "to_unicode", "widths", "missing", "index")
                },
                text={**font.to_unicode, **(known.text if known else {})},
                widths={**font.widths, **(known.widths if known else {})},
                missing={**font.missing, **(known.missing if known else {})},
            )
        return dict(sorted(uses.items()))
