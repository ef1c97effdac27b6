"""The two note types: fields and templates with fixed ids, and what Anki must never find changed about them.

Anki matches the fields and templates of a note type by their ids. Adding, removing or reordering
any of them after the first release would give every learner a second note type ("… +") whose notes
no longer update, so the full set was there from the first release, with spares; a spare that comes
into use is renamed and keeps its id.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guidepress.card_kinds import NoteKind
from guidepress.deck.generation import cloze_numbers, is_filled, renders
from guidepress.deck.identity import short_hash
from guidepress.deck.templates import Templates, worded
from guidepress.layouts.words import direction
from guidepress.model.speech import Side
from guidepress.words import Words

_GATE = "{{{{^Withdrawn}}}}{front}{{{{/Withdrawn}}}}{{{{#Withdrawn}}}}{withdrawn}{{{{/Withdrawn}}}}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type. `id` is permanent; `name` may change."""

    id: int
    name: str

    def description(self, words: Words) -> str:
        """What Anki's editor shows in the field while it is empty."""
        return words["field-spare" if self.name in _SPARE else f"field-{self.name.lower()}"]


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card template of a note type. `id` is permanent; `name`, `front` and `back` may change."""

    id: int
    name: str
    front: str
    back: str


# What each is for is explained to learners in their language: the word `field-NAME`.
_COMMON = ("Extra", "Hint", "Source", "Image", "Audio", "Typed")
_SPARE = ("Spare1", "Spare2", "Spare3", "Spare4")
_LAST = ("Withdrawn", "CardKey", *_SPARE)


def _fields(first: int, *names: str) -> tuple[Field, ...]:
    return tuple(Field(first + i, name) for i, name in enumerate(names))


FIELDS: Mapping[NoteKind, tuple[Field, ...]] = {
    "basic": _fields(1001, "Front", "Back", *_COMMON, "AddReverse", *_LAST),
    "cloze": _fields(2001, "Text", *_COMMON, *_LAST),
}
NAMES: Mapping[NoteKind, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields) for kind, fields in FIELDS.items()
}
# For each template: the fields that all must be filled for its card to exist, as older clients want
# it (`req`).
_REQUIRED: Mapping[NoteKind, tuple[tuple[str, ...], ...]] = {
    "basic": (("Front",), ("Back", "AddReverse"), ("Spare1",)),
    "cloze": (("Text",),),
}


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type, ready to be written into a deck."""

    kind: NoteKind
    id: int
    name: str
    templates: tuple[CardTemplate, ...]
    css: str
    rtl: bool
    words: Words
    # The ordinals of cards by the fields that are filled: a deck has few different sets of them.
    _generated: dict[tuple[str, ...], list[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields, in order."""
        return FIELDS[self.kind]

    @property
    def schema(self) -> str:
        """A hash of what must never change: kind, ids and order of fields and templates."""
        return schema_of(self.kind, self.model(0, 0))

    @property
    def style(self) -> str:
        """A hash of all that may change (names, templates, CSS): when it does, so must `mod`."""
        return style_of(self.model(0, 0))

    def cards(self, values: Sequence[str]) -> list[int]:
        """The ordinals of the cards that Anki makes of a note with these field values."""
        if self.kind == "cloze":
            return [number - 1 for number in cloze_numbers(values[0])]
        names = zip(NAMES[self.kind], values, strict=True)
        return self.generated(tuple([name for name, value in names if is_filled(value)]))

    def generated(self, filled: tuple[str, ...]) -> list[int]:
        """The ordinals of the cards that Anki makes of a note in which these fields are not empty.

        They hold no gaps.
        """
        if (found := self._generated.get(filled)) is None:
            names = frozenset(filled)
            found = [i for i, t in enumerate(self.templates) if renders(t.front, names)]
            self._generated[filled] = found
        return found

    def model(self, mod: int, deck: int) -> dict[str, Any]:
        """The note type as Anki's JSON; `mod` is when it last changed, `deck` the id of its default deck."""
        # Not above: the handbook asks for the deck's news, and need not load what writes decks.
        import genanki

        names = NAMES[self.kind]
        model = genanki.Model(
            self.id,
            self.name,
            fields=[
                {
                    "name": f.name,
                    "id": f.id,
                    "rtl": self.rtl,
                    "description": f.description(self.words),
                }
                | ({"collapsed": True} if f.name.startswith(("Spare", "Withdrawn")) else {})
                for f in self.fields
            ],
            templates=[
                {"name": t.name, "qfmt": t.front, "afmt": t.back, "id": t.id}
                for t in self.templates
            ],
            css=self.css,
            model_type=genanki.Model.CLOZE if self.kind == "cloze" else genanki.Model.FRONT_BACK,
        )
        # genanki computes `req` by rendering each front, and would find that `Withdrawn` is
        # required.
        model.__dict__["_req"] = [
            [i, "all", [names.index(name) for name in required]]
            for i, required in enumerate(_REQUIRED[self.kind])
        ]
        written: dict[str, Any] = model.to_json(mod, deck)
        return written


def schema_of(kind: NoteKind, model: Mapping[str, Any]) -> str:
    """A hash of what must never change in a note type's JSON: kind, ids and order of fields and templates."""
    ids = [kind, [f["id"] for f in model["flds"]], [t["id"] for t in model["tmpls"]]]
    return short_hash("schema", json.dumps(ids))


def style_of(model: Mapping[str, Any]) -> str:
    """A hash of what may change in a note type's JSON, its `mod` and its default deck apart."""
    return short_hash("style", json.dumps({**model, "mod": 0, "did": 0}, sort_keys=True))


def report_link(report: str, words: Words) -> str:
    """The link for reports on the back of a card; Anki fills in which card, and which page of which edition."""
    if not report:
        return ""
    if report.startswith("mailto:"):
        report += "?subject={card}%20({source})"
    address = (
        html.escape(report).replace("{card}", "{{CardKey}}").replace("{source}", "{{text:Source}}")
    )
    label = html.escape(words["report"], quote=False)
    return f'<footer class="source report"><a href="{address}">{label}</a></footer>'


def note_types(
    guide: str,
    language: str,
    templates: Templates,
    ids: Mapping[NoteKind, int],
    css: str = "",
    report: str = "",
    besides: str = "",
    voices: Mapping[Side, str] | None = None,
) -> dict[NoteKind, NoteType]:
    """Both note types of a guide. `ids` are their ids; `css` comes after the layout's style (a brand's colours);
    `report` is the address to which the back of a card links for reports, none where it is empty. `besides` stands at
    the end of their names, in a deck of several languages; `voices` read sides of all cards aloud.
    """
    named = f" {besides}" if besides else ""
    way = direction(language)
    rtl = way == "rtl"
    words = templates.words
    opening = f' lang="{language}" dir="{way}">'
    style = f"{templates.style}\n{css}".strip() + "\n"

    def side(kind: str, text: str) -> str:
        text = worded(text, words)
        return f'<article class="gp {kind}"{opening}\n{text}\n</article>'

    def back(kind: str, text: str) -> str:
        return side(kind, f"{text}\n{report_link(report, words)}".strip())

    def spoken(text: str, side_: Side, field_: str) -> str:
        """The text with a button, above its foot if it has one, and what Anki reads when it comes up."""
        if (voice := (voices or {}).get(side_)) is None:
            return text
        above, foot, below = text.partition("<footer")
        button = f'<div class="speech">{{{{tts {voice}:{field_}}}}}</div>'
        return f"{above.rstrip()}\n{button}\n{foot}{below}".rstrip()

    def gated(kind: str, front: str, *conditions: str) -> str:
        front = side(kind, front)
        for name in conditions:
            front = f"{{{{#{name}}}}}{front}{{{{/{name}}}}}"
        return _GATE.format(front=front, withdrawn=side(kind, templates.withdrawn))

    basic = (
        CardTemplate(
            1101, "Card", gated("basic", spoken(templates.basic_front, "front", "Front"), "Front"),
            back("basic", spoken(templates.basic_back, "back", "Back")),
        ),
        CardTemplate(
            1102, "Reverse", gated("reverse", spoken(templates.reverse_front, "back", "Back"), "Back", "AddReverse"),
            back("reverse", spoken(templates.reverse_back, "front", "Front")),
        ),
        CardTemplate(
            1103, "Spare", gated("basic", "{{Spare1}}", "Spare1"), side("basic", "{{Spare2}}")
        ),
    )  # fmt: skip
    cloze = (
        CardTemplate(
            2101,
            "Cloze",
            gated("cloze", spoken(templates.cloze_front, "front", "cloze:Text")),
            back("cloze", spoken(templates.cloze_back, "back", "cloze:Text")),
        ),
    )
    return {
        "basic": NoteType("basic", ids["basic"], f"{guide} card{named}", basic, style, rtl, words),
        "cloze": NoteType("cloze", ids["cloze"], f"{guide} cloze{named}", cloze, style, rtl, words),
    }
