"""What a layout contributes to the deck: the visible part of each card template, and the style sheet.

A template file holds Anki's own template language and only what is seen: `{{Front}}`,
`{{#Hint}}…{{/Hint}}`. The gates that make cards appear and disappear (`{{^Withdrawn}}`,
`{{#AddReverse}}`) are put around it by `note_types`, so that no layout can forget them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath

from guidepress.deck.field import literal
from guidepress.deck.generation import check_template
from guidepress.deck.safety import unsafe_style, unsafe_template
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, error
from guidepress.words import Words

# What Anki offers in a template beside the fields of the note (Anki manual, "Special fields").
SPECIAL = frozenset(("FrontSide", "Tags", "Type", "Deck", "Subdeck", "CardFlag", "Card", "CardID"))

# The folder of a layout with looks, style sheets that change the variables of `style.css`; the look that it has itself.
LOOKS = "deck/looks"
OWN_LOOK = "book"

_REFERENCE = re.compile(r"\{\{([#^/=]?)\s*([^{}]*?)\s*\}\}")
_WORD = re.compile(r"\{\{=\s*([\w-]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Templates:
    """The texts of a layout's `deck/` folder, and the words that the deck itself writes."""

    basic_front: str
    basic_back: str
    reverse_front: str
    reverse_back: str
    cloze_front: str
    cloze_back: str
    withdrawn: str
    style: str
    words: Words


def file_name(part: str) -> str:
    """The file that holds a part: `basic_front` is in `basic-front.html`, `style` in `style.css`."""
    return "style.css" if part == "style" else f"{part.replace('_', '-')}.html"


PARTS = tuple(part.name for part in fields(Templates) if part.name != "words")
FILES: Mapping[str, str] = {part: file_name(part) for part in PARTS}


def look_path(name: str, known: Sequence[str], span: Span | None) -> Diagnosed[str]:
    """The file of a look among those that a layout has (`known`), empty for that of `style.css` itself; else
    `deck-style-unknown`, at `span`.
    """
    wanted = "" if name == OWN_LOOK else f"{LOOKS}/{name}.css"
    if not wanted or wanted in known:
        return Diagnosed(wanted)
    names = [OWN_LOOK, *(PurePosixPath(file).stem for file in known)]
    message = f"the layout has no look `{name}` for cards"
    hints = did_you_mean(name, names) or (f"there are {', '.join(sorted(names))}",)
    return Diagnosed(None, (error("deck-style-unknown", message, span, hints=hints),))


def templates_from(
    paths: Mapping[str, Path | None], words: Words, look: Path | None = None
) -> Diagnosed[Templates]:
    """The templates from a path for each part of `PARTS`, as a layout of several folders finds them; `look` is a style
    sheet that comes after the layout's.
    """
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for part in PARTS:
        path = paths.get(part)
        span = Span(path.as_posix()) if path else None
        if path is None or not path.is_file():
            message = f"the layout has no file `deck/{FILES[part]}`"
            problems.append(error("layout-file-missing", message, span))
            continue
        try:
            texts[part] = path.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            problems.append(error("layout-file-encoding", "the file is not UTF-8", span))
    if look is not None:
        try:
            own = look.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            problems.append(
                error("layout-file-encoding", "the file is not UTF-8", Span(look.as_posix()))
            )
        else:
            if (found := unsafe_style(own)) is not None:
                problems.append(_unsafe(found, Span(f"{LOOKS}/{look.name}")))
            texts["style"] = f"{texts.get('style', '')}\n\n{own}"
    if problems:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(Templates(**texts, words=words))


def worded(text: str, words: Mapping[str, str]) -> str:
    """A template with its `{{=name}}` replaced by words of the layout; `check` reports unknown ones."""
    return _WORD.sub(lambda match: literal(words.get(match[1], "")).replace('"', "&quot;"), text)


def check(templates: Templates, known: Mapping[str, frozenset[str]]) -> tuple[Diagnostic, ...]:
    """Errors where a template names what does not exist (`deck-template-field`, `deck-template-word`) or has a
    condition that does not close (`deck-template-broken`), and where something would run in Anki or be loaded from
    elsewhere (`deck-template-unsafe`).

    `known` maps a part to the fields of its note type. Anki would show such a card as a message about a
    broken template.
    """
    problems = []
    if (found := unsafe_style(templates.style)) is not None:
        problems.append(_unsafe(found, Span(f"deck/{FILES['style']}")))
    for part, names in known.items():
        text = getattr(templates, part)
        if (found := unsafe_template(text)) is not None:
            place = Span(f"deck/{FILES[part]}", text[: text.find(found)].count("\n") + 1)
            problems.append(_unsafe(found, place))
        try:
            check_template(text)
        except ValueError as problem:
            place = Span(f"deck/{FILES[part]}")
            problems.append(error("deck-template-broken", str(problem), place))
        for match in _REFERENCE.finditer(text):
            span = Span(f"deck/{FILES[part]}", text[: match.start()].count("\n") + 1)
            if match[1] == "=":
                kind, name, allowed = "word", match[2], frozenset(templates.words)
            else:
                kind, name, allowed = "field", match[2].rpartition(":")[2].strip(), names
            if name in allowed or (kind == "field" and name in SPECIAL):
                continue
            hints = did_you_mean(name, allowed) or (f"there are {', '.join(sorted(allowed))}",)
            message = f"there is no {kind} `{name}` for this template"
            problems.append(error(f"deck-template-{kind}", message, span, hints=hints))
    return tuple(problems)


def _unsafe(found: str, span: Span) -> Diagnostic:
    message = f"`{found}` may not stand in a template of the deck"
    hints = (
        "no scripts, no events, nothing from other addresses, and nothing that Anki fills in inside of a tag"
        " (docs/security.md)",
    )
    return error("deck-template-unsafe", message, span, hints=hints)
