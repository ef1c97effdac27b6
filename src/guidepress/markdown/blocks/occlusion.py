"""A picture with hidden parts: `/// occlusion | images/x.svg`, its masks in the options, what is asked below."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.card_kinds import occlusion
from guidepress.markdown.blocks.card import Card
from guidepress.markdown.blocks.syntax import Option, Options, words
from guidepress.markdown.state import CardDraft
from guidepress.markdown.tree.links import image

_RECTANGLE = re.compile(r"\d+(?:\.\d+)?(?:\s+\d+(?:\.\d+)?){3}")
_ELEMENT = re.compile(r"[A-Za-z_][\w.:-]*")


def _hide(value: Any) -> str:
    """`one` or `all`."""
    if value not in ("one", occlusion.ALL):
        raise ValueError("it is `one` (the others stay in view) or `all`")
    return str(value)


def _masks(value: Any) -> dict[str, tuple[str, ...]]:
    """Names, each with a place or a list of places."""
    wanted = "names with places are wanted, such as `SYN: 10 20 30 8` or `SYN: id-of-an-element`"
    if not isinstance(value, dict):
        raise ValueError(wanted)
    found: dict[str, tuple[str, ...]] = {}
    for name, written in value.items():
        places = tuple(
            one.strip() if isinstance(one, str) else ""
            for one in (written if isinstance(written, list) else [written])
        )
        if not places or not all(map(_is_place, places)):
            raise ValueError(
                f"the mask `{name}` needs left, top, width and height in per cent of the picture (`10 20 30 8`),"
                " or the id of an element of the drawing"
            )
        found[str(name)] = places
    return found


def _is_place(written: str) -> bool:
    return bool(_RECTANGLE.fullmatch(written) or _ELEMENT.fullmatch(written))


class Occlusion(Card):
    """A card that asks for parts of a picture."""

    NAME = occlusion.KIND.block
    ABOUT = occlusion.KIND.about
    ARGUMENT: ClassVar[bool | None] = True
    MEANING: ClassVar[str] = "a picture"
    OPTIONS: ClassVar[Options] = {
        **{
            name: one
            for name, one in Card.OPTIONS.items()
            if name not in ("audio", "reverse", "speak")
        },
        "alt": Option("", words, "What the picture shows, for those who hear it."),
        "hide": Option("one", _hide, "`one` part at a time, the others in view, or `all` of them."),
        "masks": Option(
            {},
            _masks,
            "The names of the hidden parts, each with its place: `10 20 30 8` in per cent of the"
            " picture (left, top, width, height), or the id of an element of the drawing.",
        ),
    }
    KIND = occlusion.KIND

    def on_create(self, parent: Element) -> Element:
        """The card's parts: the picture with the names of what is hidden, and what is asked."""
        element = SubElement(parent, "div")
        self.options |= {"audio": "", "reverse": False, "speak": ()}
        self.card = CardDraft(self.NAME, element, parent, self.span, self.options)
        self.card.option_line = self.option_line
        self.card.has_id = self.has_id
        self.state.cards.append(self.card)
        text = self.card.parts["text"] = SubElement(element, "div")
        frame = SubElement(text, "div", {"class": occlusion.FRAME})
        frame.set(occlusion.HIDE, self.options["hide"])
        source = (self.argument or "").strip()
        SubElement(frame, "img", image(source, self.options["alt"], self.span, self.state))
        listed = SubElement(text, "ol", {"class": "masks"})
        for number, (name, places) in enumerate(self.options["masks"].items(), 1):
            for place in places:
                item = SubElement(listed, "li")
                mark = SubElement(item, "mark", {occlusion.MASK: place, "data-cloze": str(number)})
                mark.text = name
                self.state.origins[mark] = self.option_origin("masks")
        self.card.parts[self.KIND.content] = SubElement(element, "div")
        self.add_options(element)
        return element
