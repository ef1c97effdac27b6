"""What a workbench made, as data for the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from hashlib import blake2b
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from guidepress.cache import Cache
from guidepress.cards.press import CardSheets
from guidepress.deck.faces import ShownCard
from guidepress.diagnostics import Diagnostic, Span
from guidepress.maths import Drawings
from guidepress.maths.drawing import Drawing
from guidepress.pdf.shared_fonts import FontPool
from guidepress.preview.board import Board
from guidepress.preview.pages import Early, Leaf, Pictures, line_at, place_of
from guidepress.preview.workbench import Cards, Display, Laid

_TAG = re.compile(r"<[^<>]*>")
# Formulas as MathJax finds them in a card.
_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)


# Anki's page around a side. Names of media are relative to the folder of them all.
_CARD = """<!doctype html>
<html{device}><head><meta charset="utf-8"><title>{title}</title><base href="/media/">
<meta name="viewport" content="width=device-width">
<style>html {{ background: {ground}; }} body {{ margin: 20px; }}
#image-occlusion-container {{ display: inline-block; position: relative; }}
{css}</style></head>
<body class="{classes}"><div id="qa">{side}</div></body></html>
"""


# The masks of an occluded picture, and where Anki's script paints them.
_MASK = re.compile(
    r'<div class="(cloze|cloze-inactive|cloze-highlight)" [^<>]*data-shape="rect"[^<>]*>'
)
_DATA = re.compile(r'data-([a-zA-Z]+)="([^"]*)"')
_SIDES = ("left", "top", "width", "height")
_CANVAS = re.compile(r'<canvas id="image-occlusion-canvas"></canvas>')
_LOOKS = {
    "cloze": "background: #f2b134; outline: 2px solid #5b3a00",
    "cloze-inactive": "background: #d9dee5; outline: 1px solid #5b6775",
    "cloze-highlight": "outline: 2px solid #b35c00",
}


@dataclass(slots=True)
class Stage(Display):
    """Puts what is made on a board, and answers what the browser asks about it. `folder` is the project's."""

    folder: Path
    board: Board
    pictures: Pictures
    cache: Cache
    # The width that the browser asked for last: in it, a page that was edited is drawn before it is asked for.
    width: int = 0
    _laid: Laid | None = None
    _leaves: Sequence[Leaf] = ()
    _found: Sequence[Diagnostic] = ()
    _broken: bool = False
    _early: Early | None = None
    # The keys of the pages before the last edit.
    _known: Set[str] = frozenset()
    _cards: Mapping[str, ShownCard] = field(default_factory=dict)
    _media: Mapping[str, bytes] = field(default_factory=dict)

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        """Tell what is being done."""
        self.board.put(progress={"step": name, "done": done, "total": total})

    def idle(self, failure: str = "") -> None:
        """Tell that nothing is being done any more, and whether the machine has failed."""
        self.board.put(progress=None, failure=failure)

    def pages(
        self, laid: Laid, pool: FontPool, edited: str, final: bool, early: Early | None = None
    ) -> None:
        """Show the handbook."""
        leaves = self.pictures.place(laid.placements, laid.page_map, pool, early)
        before: Set[str] = {leaf.key for leaf in self._leaves if leaf.key}
        if early is None and self._early is not None and self._early.section == edited:
            # When the section is complete, the place of the edit is the same.
            before = self._known
        self._known, self._early = before, early
        new = [
            leaf for leaf in leaves
            if leaf.section == edited and leaf.key and leaf.key not in before
        ]  # fmt: skip
        place: dict[str, Any] = {}
        if new and before:
            first = new[0]
            # While nothing else is being done: the browser will ask for it at once.
            if self.width:
                self.pictures.bmp(first.key, self.width)
            place = {
                "edited": {
                    "page": leaves.index(first),
                    "section": first.section,
                    "index": first.index,
                    "key": first.key,
                    "version": self.board.version + 1,
                }
            }
        self._laid, self._leaves = laid, leaves
        # All at once: a browser would ask twice.
        self.board.put(
            **place,
            title=laid.source.book.title,
            language=laid.source.book.language,
            pages=_pages(leaves, laid),
            contents=_contents(laid),
            settled=final,
        )
        if not self._broken:
            self._show_problems()

    def problems(self, found: Sequence[Diagnostic], broken: bool) -> None:
        """Show what is wrong."""
        self._found, self._broken = found, broken
        self._show_problems()

    def cards(self, cards: Cards) -> None:
        """Show the deck."""
        shown = {_card_key(card): card for card in cards.cards}
        self._cards, self._media = shown, cards.media
        self.board.put(cards=[self._card(key, card) for key, card in shown.items()])

    def sheets(self, sheets: CardSheets | None) -> None:
        """Show the cards on paper."""
        if sheets is None:
            self.board.put(sheets=[])
            return
        leaves = self.pictures.sheets(sheets.pdf)
        sides = 2 if sheets.pages == 2 * sheets.sheets else 1
        pages = [{"key": leaf.key, "width": leaf.width, "height": leaf.height} for leaf in leaves]
        self.board.put(sheets=[pages[i : i + sides] for i in range(0, len(pages), sides)])

    def place(self, key: str, x: float, y: float) -> Mapping[str, Any] | None:
        """Where in the source a point of a page is written; x and y are shares of its size, from the top left."""
        found = self.pictures.at(key)
        laid = self._laid
        if found is None or laid is None:
            return None
        fragment, page = found
        width, height = fragment.page_size
        file = next((d.file for d in laid.drafts if d.name == fragment.name), "")
        if not file:
            return {}
        return self._place(file, line_at(fragment, page, x * width, (1 - y) * height) or 1)

    def card_page(self, key: str, back: bool, night: bool, phone: bool) -> str | None:
        """A side of a card as a page of its own, as Anki would show it; None where there is no such card."""
        card = self._cards.get(key)
        if card is None:
            return None
        # As on a desktop, where Anki says whether it is night, and not the system.
        classes = f"card card{card.ordinal + 1} isLin" + (" nightMode night_mode" if night else "")
        device = ' class="mobile"' if phone else ""
        side = _masked(self._drawn(card.back if back else card.front))
        css = card.css.replace("</", "<\\/")
        title = escape(f"{card.note}, {'back' if back else 'front'}")
        return _CARD.format(
            device=device, title=title, ground="#2c2c2c" if night else "#fff", css=css,
            classes=classes, side=side,
        )  # fmt: skip

    def medium(self, name: str) -> bytes | None:
        """A picture or sound of the cards."""
        return self._media.get(name)

    def _drawn(self, side: str) -> str:
        """A side with pictures in the places of its formulas, which Anki's MathJax would set."""
        drawings = Drawings(self.cache)

        def draw(match: re.Match[str]) -> str:
            display = match[2] is not None
            tex = unescape(_TAG.sub("", match[2] if display else match[1])).strip()
            drawn = drawings.of(tex, display)
            if not isinstance(drawn, Drawing):
                return match[0]
            style = f"display: inline-block; vertical-align: {-drawn.depth:.3f}em"
            picture = drawn.svg("currentColor")
            return f'<span role="img" aria-label="{escape(tex)}" style="{style}">{picture}</span>'

        return _FORMULA.sub(draw, side)

    def _card(self, key: str, card: ShownCard) -> dict[str, Any]:
        place = self._place(card.span.file, card.span.line) if card.span else None
        return {
            "key": key,
            "id": card.note,
            "number": card.ordinal + 1,
            "title": card.title,
            "place": place,
        }

    def _show_problems(self) -> None:
        laid = self._laid
        starts = {
            leaf.section: i for i, leaf in reversed(list(enumerate(self._leaves))) if leaf.key
        }
        sections = {d.file: d.name for d in laid.drafts if d.file} if laid else {}
        problems = []
        for one in self._found:
            page = None
            if laid is not None and one.span is not None and one.span.file in sections:
                name = sections[one.span.file]
                at = place_of(laid.fragments, name, one.span.line or 1)
                if name in starts:
                    page = starts[name] + (at[0] if at else 0)
            problems.append({**_problem(one), "page": page, "place": self._span(one.span)})
        self.board.put(problems=problems, broken=self._broken)

    def _span(self, span: Span | None) -> dict[str, Any] | None:
        return self._place(span.file, span.line, span.column) if span else None

    def _place(self, file: str, line: int, column: int = 1) -> dict[str, Any]:
        path = self.folder.resolve() / file
        address = (
            f"vscode://file{quote(path.as_posix() if path.drive == '' else f'/{path.as_posix()}')}"
        )
        return {"file": file, "line": line, "editor": f"{address}:{max(line, 1)}:{column}"}


def _masked(side: str) -> str:
    """A side with the masks of its picture, which Anki's script would paint on the canvas."""
    masks = []
    for mask in _MASK.finditer(side):
        values = dict(_DATA.findall(mask[0]))
        # Where the masks of all are shown, the others hide what they hide as well.
        if mask[1] == "cloze-inactive" and values.get("occludeInactive") != "1":
            continue
        try:
            sides = [(name, 100 * float(values.get(name, ""))) for name in _SIDES]
        except ValueError:
            continue
        look = "; ".join([*(f"{name}: {part:.2f}%" for name, part in sides), _LOOKS[mask[1]]])
        masks.append(f'<span style="position: absolute; {look}"></span>')
    return _CANVAS.sub("".join(masks), side) if masks else side


def _pages(leaves: Sequence[Leaf], laid: Laid) -> list[dict[str, Any]]:
    titles = {draft.name: draft.title for draft in laid.drafts}
    return [
        {
            "key": leaf.key,
            "section": leaf.section,
            "title": titles.get(leaf.section, ""),
            "index": leaf.index,
            "folio": leaf.folio,
            "width": leaf.width,
            "height": leaf.height,
        }
        for leaf in leaves
    ]


def _contents(laid: Laid) -> list[dict[str, Any]]:
    """The bookmarks of the handbook: level from 1, title, index of the page, and how far down it they are (0 to 1)."""
    entries = []
    for placement, start in zip(laid.placements, laid.page_map.starts, strict=True):
        fragment = placement.fragment
        height = fragment.page_size[1]
        for mark in fragment.outline:
            entries.append(
                {
                    "level": mark.level,
                    "title": mark.title,
                    "page": start + mark.page,
                    "down": round(max(0.0, 1 - mark.y / height), 4),
                }
            )
    return entries


def _problem(one: Diagnostic) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": str(one.severity),
        "message": one.message,
        "hints": list(one.hints),
    }


def _card_key(card: ShownCard) -> str:
    text = "\0".join((card.note, str(card.ordinal), card.front, card.back, card.css))
    return blake2b(text.encode(), digest_size=16).hexdigest()
