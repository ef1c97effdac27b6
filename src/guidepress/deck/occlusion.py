"""Cards that hide parts of a picture, in a note type that is Anki's own in all that Anki goes by.

Anki draws masks on the picture of such a note, on every platform, from what stands in its gaps: a shape and its place
as parts of the picture's width and height. Its editor takes a note type for one of these by the number of the stock
type and the tags of the fields; the script that draws is Anki's, and looks for two elements by their ids.

The note type is kept in the lock like those of decks that were brought in (`deck.adopted`): it never changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from guidepress.book.model import Image
from guidepress.card_kinds.occlusion import ALL, HIDE, MASK
from guidepress.content import Content, Element, Gap
from guidepress.content import Image as Picture
from guidepress.content.walk import elements
from guidepress.deck.identity import note_type_id
from guidepress.deck.lock import AdoptedLock, Lock
from guidepress.deck.media import media_name
from guidepress.deck.tokens import Html

# In the order in which Anki has them; their tags are their places.
_NAMES = ("Occlusion", "Image", "Header", "Back Extra", "Comments")
# Anki's number of the stock note type (`original_stock_kind`).
_STOCK = 6
_PICTURE = """\
{{#Header}}<div class="asked">{{Header}}</div>{{/Header}}
<div hidden>{{cloze:Occlusion}}</div>
<p id="err"></p>
<div id="image-occlusion-container">{{Image}}<canvas id="image-occlusion-canvas"></canvas></div>
<script>
try { anki.imageOcclusion.setup(); } catch (problem) { document.getElementById("err").textContent = problem; }
</script>
"""
_BACK = """\
<p><button id="toggle">\N{SQUARE WITH LEFT HALF BLACK}</button></p>
{{#Back Extra}}<div class="extra">{{Back Extra}}</div>{{/Back Extra}}
"""
# Fronts and backs of the note type. The only script that a deck may hold: it calls Anki's own.
SIDES = ((_PICTURE,), (_PICTURE + _BACK,))
_STYLE = """\
#image-occlusion-canvas {
  --inactive-shape-color: #d9dee5; --inactive-shape-border: 1px #5b6775;
  --active-shape-color: #f2b134; --active-shape-border: 2px #5b3a00;
  --highlight-shape-color: #f2b13400; --highlight-shape-border: 2px #b35c00;
}
.card { font: 1.15rem/1.45 system-ui, sans-serif; text-align: center; padding: 0 1rem; }
.card { color: #1b1f24; background: #fff; }
.card img { max-width: 100%; background: #fff; }
.extra { text-align: start; max-width: 40em; margin: 1em auto 0; padding-top: .6em; border-top: 1px solid #9aa4b1; }
.nightMode.card, .night_mode .card { color: #e6e8eb; background: #1d2125; }
"""


def occlusion_type_id(guide: str) -> int:
    """The id of the note type; each guide has its own."""
    return note_type_id(guide, "occlusion")


def occlusion_type(lock: Lock, guide: str, mod: int) -> AdoptedLock:
    """The note type as the lock keeps it; as it was released, where it was."""
    id_ = occlusion_type_id(guide)
    if (released := lock.adopted.get(id_)) is not None:
        return released
    text = json.dumps(_model(id_, f"{guide} occlusion"), ensure_ascii=False, sort_keys=True)
    return AdoptedLock(id_, mod, "cloze", _NAMES[0], _NAMES[3], text)


def masks(text: Content, given: Mapping[int, int]) -> Html:
    """The masks of a card's text in Anki's syntax, under the numbers that `cloze.assign` gave them."""
    frame = next((one for one in elements(text.nodes) if HIDE in one.attributes), None)
    shown = ":oi=1" if frame is not None and frame.attributes[HIDE] == ALL else ""
    gaps = [one for one in elements(text.nodes) if isinstance(one, Gap)]
    return "<br>".join(
        f"{{{{c{given[gap.number]}::image-occlusion:rect:{_place(gap)}{shown}}}}}" for gap in gaps
    )


def picture(text: Content, images: Mapping[str, Image]) -> Html:
    """The picture of a card's text as the field holds it."""
    for one in elements(text.nodes):
        if isinstance(one, Picture) and (image := images.get(one.src)) is not None:
            alt = f' alt="{escape(one.alt)}"' if one.alt else ""
            return f'<img src="{escape(media_name(image))}"{alt}>'
    return ""


def note_values(values: Mapping[str, Html]) -> tuple[Html, ...]:
    """The fields of the note, of those that a card fills."""
    hint = values.get("Hint", "")
    asked = values.get("Header", "") + (f'<div class="hint">{hint}</div>' if hint else "")
    return (
        values["Text"], values.get("Image", ""), asked, values.get("Extra", ""), values["CardKey"],
    )  # fmt: skip


def _place(gap: Element) -> str:
    sides = zip(("left", "top", "width", "height"), gap.attributes[MASK].split(), strict=True)
    return ":".join(f"{name}={_part(float(value))}" for name, value in sides)


def _part(per_cent: float) -> str:
    """A part of a whole as Anki writes it: `.25`."""
    return f"{per_cent / 100:.4f}".rstrip("0").removeprefix("0").removesuffix(".") or "0"


def _model(id_: int, name: str) -> dict[str, Any]:
    import genanki

    fields: Sequence[dict[str, Any]] = [
        {"name": field, "id": 3001 + at, "tag": at, "preventDeletion": at < len(_NAMES) - 1}
        for at, field in enumerate(_NAMES)
    ]
    model = genanki.Model(
        id_, name, fields=fields, css=_STYLE, model_type=genanki.Model.CLOZE,
        templates=[{"name": name, "id": 3101, "qfmt": SIDES[0][0], "afmt": SIDES[1][0]}],
    )  # fmt: skip
    # genanki computes it by rendering, and knows nothing of scripts.
    model.__dict__["_req"] = [[0, "any", [0, 1, 2]]]
    return {**model.to_json(0, 0), "originalStockKind": _STOCK}
