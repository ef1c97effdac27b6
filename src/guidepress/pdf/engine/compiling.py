"""Compile a section: lay it out, repair its structure, paint it, and record what moves."""

from __future__ import annotations

import gc
import io
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, NamedTuple

import pydyf
import weasyprint
import weasyprint.document
import weasyprint.draw.text
import weasyprint.pdf
import weasyprint.pdf.fonts
from weasyprint import layout
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf.stream import Stream

from guidepress import garbage
from guidepress.garbage import uncollected
from guidepress.pdf import joining, log, resident, structure, tags
from guidepress.pdf.engine import lines as kept
from guidepress.pdf.engine.beginnings import Beginnings, Noted, begin
from guidepress.pdf.engine.continuing import is_head
from guidepress.pdf.engine.ending import Ending, HollowError, LaidOut, NoBetterError
from guidepress.pdf.engine.environment import (
    Environment,
    Fetcher,
    environment_of,
    forget,
)
from guidepress.pdf.engine.feathering import feathered
from guidepress.pdf.engine.furnishing import Bare
from guidepress.pdf.engine.layers import POINTS, Layering
from guidepress.pdf.engine.numbers import Recorded, Recorder
from guidepress.pdf.engine.outward import Outward
from guidepress.pdf.engine.patching import patched, replaced
from guidepress.pdf.engine.repainting import Painted, Repainting
from guidepress.pdf.engine.resuming import Layouts, Looked, Resuming, Shelf
from guidepress.pdf.engine.sides import Sides
from guidepress.pdf.engine.spreading import roomy
from guidepress.pdf.errors import EngineError, FontError, NoFontError
from guidepress.pdf.model import (
    Anchor,
    Beginning,
    Bookmark,
    Excerpt,
    FontAttributes,
    FontUse,
    Fragment,
    LogLine,
    Number,
    Section,
    SourceBox,
    Turn,
)

LOGGER = logging.getLogger(log.LOGGER)

# Boxes refer to each other in circles, so only the garbage collector frees the memory of a
# section. It is slow while a layout is alive, so it runs between sections, after this many pages. What a long section
# took is then given back to the system: a chapter of 57 pages left 70 MB that nothing was in.
PAGES_PER_COLLECTION = 60

# Style sheets and style attributes in HTML.
_STYLE = re.compile(r"""<style.*?</style>|(?<=\sstyle=)"[^"]*"|(?<=\sstyle=)'[^']*'""", re.DOTALL)
_TARGET_COUNTER = re.compile(r"\btarget-counters?\([^;}]*,\s*pages?\b")

# Where links may lead; viewers run `javascript:`, and open files and programs for other schemes.
_ADDRESS = re.compile(rf"(?:https?|mailto|tel|{joining.XREF[:-1]}):", re.IGNORECASE)

# Of so many sections a process that stays knows how their pages begin.
MOST_NOTED = 32

_pages_since_collection = 0
_shelf = Shelf()
_noted: OrderedDict[str, tuple[str, Sequence[Noted]]] = OrderedDict()


def compile_section(section: Section) -> Fragment:
    """Lay out and paint a section.

    Not for several threads at once, since parts of the engine are replaced meanwhile.

    Raises FontError when its styles load no font: text cannot be laid out without one. Raises
    EngineError when WeasyPrint fails on the content, OSError and MemoryError when the machine does.
    """
    global _pages_since_collection
    if _pages_since_collection >= PAGES_PER_COLLECTION and gc.isenabled():
        garbage.trim()
        _pages_since_collection = 0
    fragment = _compiled(section)
    assert fragment is not None, "a section has a page"
    return fragment


def compile_excerpt(excerpt: Excerpt) -> Fragment | None:
    """Lay out a section up to the last page that is wanted, and paint those; None where it does not reach so far.

    Somebody waits for them: nothing is collected before, nor held for the next text. Otherwise as `compile_section`.
    """
    return _compiled(excerpt.section, excerpt)


def _compiled(section: Section, excerpt: Excerpt | None = None) -> Fragment | None:
    global _pages_since_collection
    with uncollected():
        environment = environment_of(section)
        with log.captured() as lines:
            try:
                fragment = _compile(section, environment, lines, excerpt)
            except (FontError, OSError, MemoryError):
                # The machine's, not the content's.
                raise
            except Exception as error:
                message = f"section {section.name}: {type(error).__name__}: {error}"
                failure = EngineError(message)
                failure.section = section.name
                raise failure from error
    if fragment is None:
        return None
    _pages_since_collection += fragment.page_count
    return replace(fragment, log=(*environment.log, *lines))


class _Known(NamedTuple):
    """What is known of a layout: its pages without what is in their margins, how far these move on the other side, how
    they begin, and what the engine had to say of it.
    """

    bare: Bare
    outward: Outward
    noted: list[Noted]
    said: list[LogLine]


class _Wanted:
    """The pages of a document that are wanted of it: all, or those of an excerpt."""

    def __init__(self, excerpt: Excerpt | None) -> None:
        self._excerpt = excerpt
        self._ended = True

    @property
    def skipped(self) -> int:
        """How many pages come before them."""
        return self._excerpt.first if self._excerpt else 0

    def made(self, make_all_pages: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """WeasyPrint's function, which makes no page behind them."""
        if self._excerpt is None:
            return make_all_pages
        last = self._excerpt.first + self._excerpt.count
        blank, beginning = self._excerpt.blank, self._excerpt.beginning

        def make(context: Any, root_box: Any, *args: Any) -> Iterator[Any]:
            self._ended = True
            pages = make_all_pages(context, root_box, *args)
            for number, page in enumerate(pages, 1):
                yield page
                begins = beginning if number == blank else None
                if begins is not None and not begin(context, root_box, begins, blank):
                    return
                if number == last:
                    ended = context.page_maker[number][0] is None
                    self._ended = ended and not context.reported_footnotes
                    return

        return make

    def of(self, pages: list[Any]) -> list[Any]:
        """Those of the pages that were made."""
        if self._excerpt is None:
            return pages
        incomplete = self._excerpt.cut and self._ended
        return pages[self._excerpt.first : len(pages) - incomplete]


def _compile(
    section: Section, environment: Environment, lines: list[LogLine], excerpt: Excerpt | None
) -> Fragment | None:
    fetcher = Fetcher(section.files)
    if not environment.fonts.any():
        # Pango would end the process.
        failure = NoFontError(f"the styles of section {section.name} load no font")
        failure.section = section.name
        raise failure
    fonts = environment.fonts.loaded()
    ending = Ending(section.longer)
    known: _Known | None = None
    sides: Sides | None = None
    wanted = _Wanted(excerpt)
    before, held, holds = Layouts(), Layouts(), False
    if excerpt is None:
        before, holds = _shelf.take(section, environment), resident.may_hold()
    looked = Looked(before)

    def settling(layout_document: Callable[..., Iterator[Any]]) -> Callable[..., Sequence[Any]]:
        def lay_out(html: Any, root_box: Any, context: Any) -> Sequence[Any]:
            def laid_out(root_box: Any, context: Any) -> LaidOut:
                outward = Outward()
                make_page = outward.made(layout.page.make_page)
                beginnings = Beginnings(_noted.get(section.name, ("", ()))[1])
                resuming = Resuming(before.get(ending.longer), outward, ending, looked)
                if holds or before:
                    resuming.begin(root_box, context)
                    make_page = resuming.made(make_page)
                if excerpt is None:
                    make_page = beginnings.made(make_page)
                start = len(lines)
                try:
                    with replaced(layout.page, "make_page", make_page):
                        bare = Bare(layout_document, html, root_box, context)
                except (NoBetterError, HollowError):
                    before.pop(ending.longer, None)
                    if holds and len(lines) == start and (lost := resuming.held(context)):
                        held[ending.longer] = lost.hollow()
                    raise
                finally:
                    said = lines[start:]
                    del lines[start:]
                if holds and not said and (of_layout := resuming.held(context)) is not None:
                    held[ending.longer] = of_layout
                return LaidOut(bare.pages, _Known(bare, outward, beginnings.noted, said))

            nonlocal known, sides
            known = ending.settled(laid_out, root_box, context).known
            assert known is not None
            lines.extend(known.said)
            sides = Sides(known.outward.shift, wanted.skipped, for_one=ending.for_one_side)
            pages = list(sides.watching(known.bare.furnished(), html, known.bare.context))
            kept.forget(context)
            return pages

        return lay_out

    with (
        patched(section.hyphenation),
        replaced(layout.page, "page_height", ending.high(layout.page.page_height)),
        replaced(layout.page, "make_page", ending.made(feathered(roomy(layout.page.make_page)))),
        replaced(layout, "make_all_pages", wanted.made(layout.make_all_pages)),
    ):
        lay_out = settling(weasyprint.document.layout_document)
        with replaced(weasyprint.document, "layout_document", lay_out):
            document = weasyprint.HTML(string=section.html, url_fetcher=fetcher).render(
                font_config=environment.fonts,
                counter_style=environment.counters.copy(),
                stylesheets=environment.sheets,
                cache={},
            )
        assert known is not None
        assert sides is not None
        if environment.fonts.loaded() != fonts:
            # The document itself loads fonts, which other sections must not see.
            environment.programs.update(fetcher.programs)
            forget(section)
            held.clear()
        # Files that a layout would attach to the book.
        document.metadata.attachments.clear()
        document.pages = wanted.of(document.pages)
        if not document.pages:
            return None
        painted = before[ending.longer].painted if ending.longer in before else {}
        notes = ending.longer in held
        painting = _Painting(section, document, environment, sides, painted, lines, notes)
        fragment = painting.fragment()
        if notes:
            held[ending.longer].painted.update(painting.painted())
        # The layout that is tried first, and the best; of the others, how their pages end.
        of_use = {
            longer: one if longer in (0.0, ending.longer) else one.hollow()
            for longer, one in held.items()
        }
        if excerpt is None:
            _shelf.put(section, environment, fetcher, of_use)
            _note(section, known.noted)
        return replace(fragment, longer=ending.longer)


def beginnings_of(section: Section) -> tuple[Beginning | None, ...]:
    """How the pages of a section begin, if that is what this process laid out last of its name."""
    html, noted = _noted.get(section.name, ("", ()))
    if html != section.html:
        return ()
    return (None, *(one.beginning for one in noted))


def _note(section: Section, noted: list[Noted]) -> None:
    _noted.pop(section.name, None)
    if resident.stays():
        _noted[section.name] = section.html, noted
    while len(_noted) > MOST_NOTED:
        _noted.popitem(last=False)


class _AgainError(Exception):
    """Content was taken beside some that changes what was known on the pages before it."""


class _Painting:
    """One document on its way to a fragment. `before` is held content, by page box, and `said` the log so far; `notes`
    says whether content is to be held.
    """

    def __init__(
        self,
        section: Section,
        document: Any,
        environment: Environment,
        sides: Sides,
        before: Mapping[int, Painted],
        said: list[LogLine],
        notes: bool,
    ) -> None:
        self.section = section
        self.document = document
        self.environment = environment
        self.sides = sides
        self.said = said
        self.notes = notes
        self.begin(Recorder(weasyprint.draw.text.draw_first_line), before)
        self.streams: list[Any] = []
        self.numbers: list[Number] = []
        # The structure elements of each page that say where on it they are.
        self.placed: list[list[int]] = []
        self.language: str = document.metadata.lang or ""
        # The element of the link that each box with an annotation belongs to, by identity.
        self.link_of: dict[int, Any] = {}
        self.anchors: dict[str, Anchor] = {}
        # By page and the identity of the element, of which the outermost box is met first.
        self.lines: dict[tuple[int, int], SourceBox] = {}

    def begin(self, recorder: Recorder, before: Mapping[int, Painted]) -> None:
        """Be about to paint."""
        self.recorder = recorder
        self.repainting = Repainting(before, recorder, self.said, notes=self.notes)
        self.layering = Layering(self.sides, self.repainting, weasyprint.document.draw_page)

    def painted(self) -> dict[int, Painted]:
        """The content to be held, by page box."""
        return {} if self.recorder.clustered else self.repainting.painted

    def fragment(self) -> Fragment:
        document = self.document
        if not self.language:
            LOGGER.error('Missing required "lang" attribute at the root of the document')
        source = "\n".join((*self.section.styles, *_STYLE.findall(self.section.html)))
        if _TARGET_COUNTER.search(source):
            LOGGER.warning("Page numbers of target-counter() are those of the section alone")
        if "device-cmyk(" in source:
            LOGGER.warning("Colours of device-cmyk() do not conform to the output intent")
        for index, page in enumerate(document.pages):
            self.recorder.find_folios(page._page_box.children)
            self.recorder.find_folios(self.sides.of(page._page_box).furniture or ())
            self.keep_largest_links(page)
            for box in _content(page):
                self.find_lines(box, page, index)
            for name, (x, y, *_) in page.anchors.items():
                self.anchors.setdefault(name, Anchor(index, *_points(page, x, y)))
        pdf = self.paint()
        turns = self.turns()
        others = {turn.other for turn in turns or () if turn.other != turn.furniture}
        numbers = [number for number in self.numbers if number.stream not in others]
        first = document.pages[0]
        title = self.section.title or document.metadata.title or ""
        return Fragment(
            name=self.section.name,
            pdf=pdf,
            page_count=len(document.pages),
            page_size=(round(first.width * POINTS, 3), round(first.height * POINTS, 3)),
            anchors=self.anchors,
            outline=tuple(_bookmarks(document.pages)),
            numbers=tuple(number for number in numbers if number.anchor is not None),
            folios=tuple(number for number in numbers if number.anchor is None),
            figures=tuple(self.recorder.figures),
            fonts=self.fonts(),
            log=(),
            language=self.language,
            title=title,
            lines=tuple(self.lines.values()),
            turns=turns,
        )

    def turns(self) -> tuple[Turn, ...] | None:
        """How the painted pages are turned to the other side; None where they cannot be."""
        if not self.sides.turns:
            return None
        in_stream: dict[int, list[Number]] = {}
        for number in self.numbers:
            in_stream.setdefault(number.stream, []).append(number)
        turns = []
        for layers, placed in zip(self.layering.pages, self.placed, strict=True):
            furniture, other = _number_of(layers.furniture), _number_of(layers.other)
            turns.append(
                Turn(
                    shift=layers.shift,
                    ground=_number_of(layers.ground),
                    furniture=furniture,
                    other=other,
                    numbers=tuple(in_stream.get(other, ())) if other != furniture else (),
                    patterns=tuple(pattern.number for pattern in layers.patterns),
                    placed=tuple(placed),
                )
            )
        return tuple(turns)

    def paint(self) -> bytes:
        """Paint the pages, without fonts and with our own structure."""
        start = len(self.said)
        try:
            return self.written()
        except _AgainError:
            del self.said[start:]
            self.document.fonts.clear()
            self.begin(self.recorder.anew(), {})
            return self.written()

    def written(self) -> bytes:
        """The painted pages. Raises _AgainError where no content may be taken."""

        def keep_streams(pdf: Any, document: Any, version: Any, streams: list[Any]) -> None:
            if self.recorder.clustered and self.repainting.took:
                raise _AgainError
            self.streams = streams

        target = io.BytesIO()
        add_image = self.repainting.asked(Stream.add_image)
        with (
            replaced(weasyprint.document, "draw_page", self.layering.draw_page),
            replaced(weasyprint.draw.text, "draw_first_line", self.recorder.draw_first_line),
            replaced(weasyprint.pdf, "build_fonts_dictionary", lambda *_: pydyf.Dictionary()),
            replaced(weasyprint.pdf, "add_tags", keep_streams),
            replaced(Stream, "add_image", add_image),
            # A copy of each font program for each document, up to 26 MB, which nobody asks for but `identify`.
            replaced(weasyprint.pdf.fonts, "get_hb_object_data", lambda face: b""),
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
            # Data URLs are long.
            LOGGER.error('Image "%s" has no required alt description', image[:99])
        self.finish_links(pdf)
        _drop_untagged(pdf, tree)
        for layers in self.layering.pages:
            for stream in layers.added:
                pdf.add_object(stream)
        placed = structure.write(pdf, tree, self.marked_streams(pdf), self.section.name)
        self.placed = [placed.get(index, []) for index in range(len(document.pages))]
        _clean_images(pdf)
        self.layering.close()
        self.place_contents(pdf)
        for key in ("Names", "Outlines", "ViewerPreferences", "MarkInfo"):
            pdf.catalog.pop(key, None)
        pdf.info.clear()

    def boxes(self, page: Any, stream: Any) -> list[tags.Box]:
        """Return the boxes of a page's content; what is in the margins stays an artifact."""
        convert = _Converter(page, stream._tags)
        return [convert.box(child) for child in _content(page)]

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

    def keep_largest_links(self, page: Any) -> None:
        """Remove link areas inside other areas of the same link, those in the margins, and those that lead where no
        link of a book may.

        The engine makes an area for every box inside a link.
        """
        self.find_links(page._page_box, None)
        areas: dict[int, list[tuple[float, float, float, float]]] = {}
        kept: set[int] = set()
        for kind, target, area, box in sorted(page.links, key=lambda link: -_size(link[2])):
            owner = self.link_of.get(id(box))
            if owner is None or kind == "attachment":
                continue
            if kind == "external" and not _ADDRESS.match(target):
                LOGGER.warning("Took the link to %s off the page", target)
                continue
            others = areas.setdefault(id(owner), [])
            if not any(_within(area, other) for other in others):
                others.append(area)
                kept.add(id(box))
        page.links = [link for link in page.links if id(link[3]) in kept]

    def find_links(self, box: Any, owner: Any) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if box.link:
            owner = box.element
        if owner is not None:
            self.link_of[id(box)] = owner
        for child in box.children:
            if not isinstance(child, boxes.MarginBox):
                self.find_links(child, owner)

    def find_lines(self, box: Any, page: Any, index: int) -> None:
        """Record where the blocks are whose elements say on which line they were written."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        # What is in a line of text has the place of its block.
        if isinstance(box, boxes.LineBox):
            return
        element = box.element
        line = element.get("data-line", "") if element is not None else ""
        if line.isdigit() and (index, id(element)) not in self.lines:
            left, top = box.border_box_x(), box.border_box_y()
            self.lines[index, id(element)] = SourceBox(
                index,
                int(line),
                *_points(page, left, top + box.border_height()),
                *_points(page, left + box.border_width(), top),
            )
        for child in getattr(box, "children", ()):
            self.find_lines(child, page, index)

    def finish_links(self, pdf: Any) -> None:
        """Give the links inside the section explicit targets, and every link a description."""
        pages = pdf.page_references
        for page in self.document.pages:
            for kind, target, _, box in page.links:
                annotation = box.link_annotation
                if annotation is None:
                    continue
                annotation["F"] = 4  # printed, as PDF/A wants of every annotation
                annotation["Contents"] = pydyf.String(_description(self.link_of[id(box)], target))
                if kind == "internal":
                    anchor = self.anchors[target]
                    annotation["Dest"] = pydyf.Array(
                        (pages[anchor.page], "/XYZ", anchor.x, anchor.y, 0)
                    )

    def place_contents(self, pdf: Any) -> None:
        """Give each page its streams, and find the bytes of the recorded numbers in them."""
        recorded: dict[int, list[Recorded]] = {}
        for number in self.recorder.recorded:
            recorded.setdefault(id(number.stream), []).append(number)
        page_of = {id(stream._tags): index for index, stream in enumerate(self.streams)}
        # The streams that a stream was cut into, by its identity.
        cut: dict[int, list[Any]] = {}
        for numbers in recorded.values():
            stream = numbers[0].stream
            cut[id(stream)] = self.place_numbers(pdf, numbers, page_of[id(stream._tags)])
        for layers, reference in zip(self.layering.pages, pdf.page_references, strict=True):
            parts = [
                part
                for stream in (layers.ground, layers.content, layers.furniture)
                if stream is not None
                for part in cut.get(id(stream), [stream])
            ]
            if len(parts) > 1:
                page = pdf.objects[int(reference.split()[0])]
                page["Contents"] = pydyf.Array(part.reference for part in parts)

    def place_numbers(self, pdf: Any, numbers: Sequence[Recorded], page: int) -> list[Any]:
        """Find the bytes of the numbers in a stream; give each folio in the content of a page a stream of its own.

        Then the linker rewrites a few bytes for it, not the whole content.
        """
        stream = numbers[0].stream
        items = [_bytes(item) for item in stream.stream]
        cuts = {0}
        if stream is self.streams[page]:
            for number in numbers:
                if number.anchor is None:
                    cuts |= {number.shift, number.item + 1}
        starts = sorted(cuts)
        streams = [stream] + [pydyf.Stream(compress=True) for _ in starts[1:]]
        for part, start, end in zip(streams, starts, [*starts[1:], None], strict=True):
            part.stream = items[start:end]
            if part is not stream:
                pdf.add_object(part)
            # pydyf joins the items of a stream with line feeds.
            offsets = [0, *accumulate(len(item) + 1 for item in part.stream)]
            for number in numbers:
                if start <= number.item and (end is None or number.item < end):
                    self.numbers.append(_number(number, page, part, start, offsets))
        return streams

    def fonts(self) -> dict[str, FontUse]:
        """Return what the section needs of each font, by the font's name in the pages."""
        environment = self.environment
        uses: dict[str, FontUse] = {}
        for font in self.document.fonts.values():
            identity, coordinates = environment.identify(font)
            program = environment.programs[identity]
            known = uses.get(font.hash)
            uses[font.hash] = FontUse(
                url=program.url,
                path=program.path,
                digest=identity,
                index=font.index & 0xFFFF,
                coordinates=coordinates,
                attributes=_attributes(font),
                text={
                    **dict.fromkeys(font.widths, ""),
                    **font.to_unicode,
                    **(
                        {glyph: text for glyph, text in known.text.items() if text} if known else {}
                    ),
                },
                widths={**font.widths, **(known.widths if known else {})},
                missing={**font.missing, **(known.missing if known else {})},
            )
        return dict(sorted(uses.items()))


def _attributes(font: Any) -> FontAttributes:
    """What the engine's font says of itself; its flags are integers of C."""
    return FontAttributes(
        name=font.name,
        family=font.family,
        font_size=float(font.font_size),
        style=int(font.style),
        weight=int(font.weight),
        ascent=font.ascent,
        descent=font.descent,
        tables=tuple(font.tables),
        bitmap=bool(font.bitmap),
        italic_angle=float(font.italic_angle),
        upem=font.upem,
        png=bool(font.png),
        svg=bool(font.svg),
        colr=bool(font.colr),
        glyph_count=font.glyph_count,
        stemv=font.stemv,
        stemh=font.stemh,
        used_in_forms=bool(font.used_in_forms),
        flags=font.flags,
    )


def _number(
    recorded: Recorded, page: int, stream: Any, start: int, offsets: Sequence[int]
) -> Number:
    """Locate a recorded number in a stream whose first item was item `start`."""
    return Number(
        page=page,
        stream=stream.number,
        shift=offsets[recorded.shift - start],
        offset=offsets[recorded.item - start],
        length=len(stream.stream[recorded.item - start]),
        text=recorded.text,
        align=recorded.align,
        figures=recorded.figures,
        anchor=recorded.anchor,
    )


def _number_of(stream: Any) -> int:
    """The number of a stream, 0 where there is none."""
    return 0 if stream is None else int(stream.number)


def _bytes(item: object) -> bytes:
    data = pydyf._to_bytes(item)
    assert isinstance(data, bytes)
    return data


class _Converter:
    """Turns the engine's boxes of a page into those that the structure is built from."""

    def __init__(self, page: Any, marks: dict[Any, dict[str, Any]]) -> None:
        self.page = page
        self.marks = marks

    def box(self, box: Any) -> tags.Box:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        mark = self.marks.get(box)
        marker = box.style["list_style_type"]
        return tags.Box(
            source=box.element,
            tag=box.element_tag or "",
            kids=[self.box(child) for child in box.children],
            mark=mark["mcid"] if mark else None,
            link=box.link is not None,
            annotations=[box.link_annotation] if box.link_annotation is not None else [],
            block=isinstance(box, boxes.BlockLevelBox),
            repeated=_repeated(box),
            colspan=box.colspan,
            rowspan=box.rowspan,
            marker=marker if isinstance(marker, str) else "none",
            decoration=box.is_leader or is_head(box),
            bounds=self.bounds(box) if isinstance(box, boxes.ReplacedBox) else None,
        )

    def bounds(self, box: Any) -> tuple[float, float, float, float]:
        left, top = box.content_box_x(), box.content_box_y()
        return (
            *_points(self.page, left, top + box.height),
            *_points(self.page, left + box.width, top),
        )


def _content(page: Any) -> list[Any]:
    """The boxes of a page but for those in its margins."""
    return [box for box in page._page_box.children if not isinstance(box, boxes.MarginBox)]


def _repeated(box: Any) -> bool:
    """Say whether a box comes again on later pages."""
    if isinstance(box, boxes.TableRowGroupBox):
        return bool(box.is_header or box.is_footer)
    return bool(box.style["position"] == "fixed")


def _points(page: Any, x: float, y: float) -> tuple[float, float]:
    """Turn CSS pixels from the top left of a page into points from its bottom left."""
    return round(x * POINTS, 3), round((page.height - y) * POINTS, 3)


def _bookmarks(pages: Sequence[Any]) -> Iterator[Bookmark]:
    for index, page in enumerate(pages):
        for level, title, (x, y), state in page.bookmarks:
            yield Bookmark(level, title, index, *_points(page, x, y), closed=state == "closed")


def _drop_untagged(pdf: Any, tree: tags.Tree) -> None:
    """Remove link areas in what became an artifact, such as a repeated table head."""
    kept = {
        kid.target.reference
        for element in tree.root.walk()
        for kid in element.kids
        if isinstance(kid, tags.Annotation)
    }
    for reference in pdf.page_references:
        page = pdf.objects[int(reference.split()[0])]
        if "Annots" in page:
            page["Annots"] = pydyf.Array(item for item in page["Annots"] if item in kept)


def _clean_images(pdf: Any) -> None:
    """Leave it to the viewer how to smooth images: PDF/A forbids to ask for it.

    It also forbids colours that mean nothing without another output intent; these are logged.
    """
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/Image":
            item.extra.pop("Interpolate", None)
            if item.extra["ColorSpace"] == "/DeviceCMYK":
                LOGGER.warning("Image in CMYK colours does not conform to the output intent")


def _size(area: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = area
    return (right - left) * (bottom - top)


def _within(area: tuple[float, float, float, float], other: tuple[float, ...]) -> bool:
    """Say whether an area lies within another, give or take a pixel and a half."""
    slack = 1.5
    return (
        area[0] >= other[0] - slack
        and area[1] >= other[1] - slack
        and area[2] <= other[2] + slack
        and area[3] <= other[3] + slack
    )


def _description(element: Any, target: str) -> str:
    """Return what a link says of itself to those who cannot see it."""
    words = "".join(element.itertext()).split()
    if not words:
        images = " ".join(image.get("alt") or "" for image in element.iter("img"))
        words = (images or element.get("title") or element.get("aria-label") or target).split()
    return " ".join(words)
