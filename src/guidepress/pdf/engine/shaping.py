"""Lines of text set up once a style, not once a line.

For each text box, and again to justify and to paint it, WeasyPrint 70 has Pango make a context, describe a font and
list its features. All of that depends on the style alone. And it makes layouts that nobody asks anything of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from weasyprint.text import fonts, line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, gobject, pango

ffi.cdef(
    """
    PangoAttrList *pango_attr_list_copy (PangoAttrList *list);
    PangoAttribute *pango_attr_allow_breaks_new (gboolean allow_breaks);
    """
)

# The properties that change how text is shaped.
SHAPING = (
    "direction",
    "font_family",
    "font_feature_settings",
    "font_kerning",
    "font_language_override",
    "font_size",
    "font_stretch",
    "font_style",
    "font_variant_alternates",
    "font_variant_caps",
    "font_variant_east_asian",
    "font_variant_ligatures",
    "font_variant_numeric",
    "font_variant_position",
    "font_variation_settings",
    "font_weight",
    "lang",
    "letter_spacing",
)
# Everything that `split_first_line`, and the layouts it makes, ask a style for.
ASKED = (
    *SHAPING,
    "hyphenate_character",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphens",
    "overflow_wrap",
    "tab_size",
    "text_decoration_line",
    "white_space",
    "word_break",
    "word_spacing",
)
Key = tuple[object, ...]

_SPACE = re.compile(" |\u00a0".encode())
# The hyphens that a word begins with, as those of an option, and its first letter: no line ends between them (Unicode
# 15.1, UAX #14, LB20a; older versions, which Pango goes by, allow it). Nor does one with the slash of a path.
_INITIAL = r"""(?<![^\s(\[{'"=|])[-/]+[A-Za-z0-9]"""
_initial = re.compile(_INITIAL).finditer
_initial_bytes = re.compile(_INITIAL.encode()).finditer
_RECTANGLE = ffi.new("PangoRectangle *")
_unreferenced = partial(ffi.gc, destructor=gobject.g_object_unref)


class Styles:
    """What is known of the styles of one document by what text asks them for."""

    def __init__(self) -> None:
        # A style has one key as long as it is: the engine changes copies only. The styles are kept, so that no
        # other gets the identity of one that is gone.
        self._known: dict[int, tuple[Any, int, Key]] = {}
        self._numbers: dict[Key, int] = {}
        self._setups: dict[int, Setup] = {}
        self._struts: dict[int, tuple[Any, tuple[float, float]]] = {}

    def number(self, style: Any) -> int:
        """A number that styles have in common that measure alike."""
        return self._find(style)[1]

    def _find(self, style: Any) -> tuple[Any, int, Key]:
        known = self._known.get(id(style))
        if known is None:
            key = tuple(hashable(style[name]) for name in ASKED)
            number = self._numbers.setdefault(key, len(self._numbers))
            known = self._known[id(style)] = style, number, key
        return known

    def setup(self, style: Any) -> Setup:
        """What Pango needs to know; kept with the fonts that the style is for."""
        known = self._setups.get(id(style))
        if known is None:
            kept = style.font_config.setups
            key = self._find(style)[2]
            known = kept.get(key)
            if known is None:
                known = kept[key] = Setup(style)
            self._setups[id(style)] = known
        return known

    def struts(self, strut: Callable[[Any], tuple[float, float]]) -> Callable[[Any], Any]:
        """WeasyPrint's function, asked once a style; by itself it makes a text of the style each time."""
        known = self._struts

        def found(style: Any) -> tuple[float, float]:
            kept = known.get(id(style))
            if kept is None:
                kept = known[id(style)] = style, strut(style)
            return kept[1]

        return found


def hashable(value: object) -> object:
    """A value that is equal for equal ones only; what cannot be a key is known by its text."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value


class Setup:
    """The context, the font and the features of text in one style."""

    __slots__ = (
        "attributes",
        "breaking",
        "context",
        "description",
        "language",
        "letter_spacing",
        "metrics",
        "shapes",
        "word_spacing",
    )

    def __init__(self, style: Any) -> None:
        self.context = _unreferenced(
            pango.pango_font_map_create_context(style.font_config.font_map)
        )
        pango.pango_context_set_round_glyph_positions(self.context, False)
        pango.pango_context_set_base_dir(self.context, PANGO_DIRECTION[style["direction"]])
        language = style["lang"]
        if style["font_language_override"] != "normal":
            override = style["font_language_override"]
            language = LST_TO_ISO.get(override.lower(), override)
        self.language = language_of(language)
        if language:
            pango.pango_context_set_language(self.context, self.language)
        self.description = fonts.get_font_description(style)
        self.attributes = _features(style)
        self.metrics: dict[str, float | None] = dict.fromkeys(_METRICS)
        if style["text_decoration_line"] != "none":
            self.metrics = self._measure()
        self.word_spacing = style["word_spacing"]
        letters = style["letter_spacing"]
        self.letter_spacing = 0 if letters == "normal" else letters
        # Those of words in this style: None until they are asked for, False where there are none.
        self.shapes: Any = None
        self.breaking = style["overflow_wrap"] in ("anywhere", "break-word")

    def new_layout(self) -> Any:
        """Pango's layout, for any text in this style."""
        layout = _unreferenced(pango.pango_layout_new(self.context))
        pango.pango_layout_set_auto_dir(layout, False)
        pango.pango_layout_set_font_description(layout, self.description)
        if self.attributes is not None:
            pango.pango_layout_set_attributes(layout, self.attributes)
        return layout

    def _measure(self) -> dict[str, float | None]:
        metrics = ffi.gc(
            pango.pango_context_get_metrics(self.context, self.description, self.language),
            pango.pango_font_metrics_unref,
        )
        return {
            name: FROM_UNITS * getattr(pango, f"pango_font_metrics_get_{name}")(metrics)
            for name in _METRICS
        }


# What lines under, over and through text are placed by.
_METRICS = (
    "ascent",
    "underline_position",
    "strikethrough_position",
    "underline_thickness",
    "strikethrough_thickness",
)


def _features(style: Any) -> Any:
    """Pango's list of the font features of a style, None where there are none."""
    features = fonts.font_features(
        *(
            style[f"font_{name}"]
            for name in (
                "kerning",
                "variant_ligatures",
                "variant_position",
                "variant_caps",
                "variant_numeric",
                "variant_alternates",
                "variant_east_asian",
                "feature_settings",
            )
        )
    )
    if not features:
        return None
    text = ",".join(f"{key} {value}" for key, value in features.items()).encode()
    attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    pango.pango_attr_list_insert(attributes, pango.pango_attr_font_features_new(text))
    return attributes


_languages: dict[str | None, Any] = {}


def language_of(name: str | None) -> Any:
    """Pango's language of a name, which lives as long as the process."""
    if name not in _languages:
        _languages[name] = (
            pango.pango_language_from_string(name.encode())
            if name
            else pango.pango_language_get_default()
        )
    return _languages[name]


def layout_class(styles: Styles) -> type[Layout]:
    """The class of the layouts of one document."""
    return type("Layout", (Layout,), {"styles": styles})


class Layout(line_break.Layout):  # type: ignore[misc]
    """A line of text. Pango makes one only when something is asked of it."""

    styles: Styles

    def setup(self, style: Any) -> None:
        """Take on a style."""
        self.style = style
        self.first_line_direction = 0
        self._setup = setup = self.styles.setup(style)
        self.language = setup.language
        self.__dict__.update(setup.metrics)
        self._layout: Any = None
        self._attributes: Any = None
        self._is_guarded = False
        self._words: tuple[bytes, bool] | None = None

    def __copy__(self) -> Layout:
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        return new

    @classmethod
    def unasked(cls, setup: Setup, text: str, max_width: float | None) -> Layout:
        """A layout of a line that needs no more of Pango until it is painted."""
        layout = cls.__new__(cls)
        layout.justification_spacing = 0
        layout.max_width = max_width
        layout.text = text
        layout.first_line_direction = 0
        layout.__dict__.update(setup.metrics)
        layout._layout = layout._attributes = layout._words = None
        layout._is_guarded = False
        return layout

    @property
    def is_asked(self) -> bool:
        """Whether Pango knows of it."""
        return self._layout is not None

    @property
    def is_justified(self) -> bool:
        """Whether its spaces are as wide as those of its line."""
        return self._words is not None and self._words[1]

    @property
    def layout(self) -> Any:
        """Pango's layout of the text."""
        layout = self._layout
        if layout is None:
            layout = self._layout = self._setup.new_layout()
            if self._words is not None:
                self._apply()
        return layout

    def set_text(self, text: str, justify: bool = False) -> None:
        """Set the text, up to the end of its first line; `justify`: with the spacing of a justified line."""
        index = text.find("\n")
        if index != -1:
            # What comes behind the first line is not needed.
            text = text[: index + 2]
        if text == " " and (self._setup.word_spacing or (justify and self.justification_spacing)):
            # Pango spaces no text of a single character.
            text = " \u200b"
        self.text = text
        self._words = text.encode().replace(b"\0", b""), justify
        if self._layout is not None:
            self._apply()

    def _apply(self) -> None:
        """Give the text to Pango, with its spacing."""
        assert self._words is not None
        text, justify = self._words
        layout, setup = self._layout, self._setup
        pango.pango_layout_set_text(layout, text, -1)
        word_spacing = setup.word_spacing
        if justify:
            word_spacing += self.justification_spacing
        guarded = (
            [match.span() for match in _initial_bytes(text)] if b"-" in text or b"/" in text else []
        )
        if self._is_guarded:
            # They are of the text before.
            self._attributes = None
        changes = word_spacing or setup.letter_spacing or setup.breaking or guarded
        if self._is_guarded or (self.text and changes):
            self._space(text, word_spacing, guarded)
        self._is_guarded = bool(guarded)
        if b"\t" in text:
            self.set_tabs()

    def _space(self, text: bytes, word_spacing: float, guarded: Iterable[tuple[int, int]]) -> None:
        setup = self._setup
        if self._attributes is None:
            attributes = (
                pango.pango_attr_list_new()
                if setup.attributes is None
                else pango.pango_attr_list_copy(setup.attributes)
            )
            self._attributes = ffi.gc(attributes, pango.pango_attr_list_unref)
        letter_spacing = setup.letter_spacing
        if letter_spacing:
            letter_spacing = int(letter_spacing * TO_UNITS)
            self._change(pango.pango_attr_letter_spacing_new(letter_spacing), 0, len(text))
        if word_spacing:
            spacing = int(word_spacing * TO_UNITS + letter_spacing)
            last = len(text) - 1
            for match in _SPACE.finditer(text):
                start, end = match.span()
                # Pango gives but half of it at either end.
                factor = 2 if start in (0, last) else 1
                self._change(pango.pango_attr_letter_spacing_new(factor * spacing), start, end)
        if setup.breaking:
            self._change(pango.pango_attr_insert_hyphens_new(False), 0, len(text))
        for start, end in guarded:
            self._change(pango.pango_attr_allow_breaks_new(False), start, end)
        pango.pango_layout_set_attributes(self._layout, self._attributes)

    def _change(self, attribute: Any, start: int, end: int) -> None:
        attribute.start_index, attribute.end_index = start, end
        pango.pango_attr_list_change(self._attributes, attribute)

    def get_first_line(self) -> tuple[Any, int | None]:
        """Pango's first line, and where the second one starts."""
        layout = self.layout
        first = pango.pango_layout_get_line_readonly(layout, 0)
        second = pango.pango_layout_get_line_readonly(layout, 1)
        self.first_line_direction = first.resolved_dir
        return first, None if second == ffi.NULL else second.start_index

    def deactivate(self) -> None:
        """Let go of what Pango holds."""
        self._layout = self._attributes = self._words = None
        del self._setup, self.language, self.style


def line_height(line: Any) -> float:
    """The height of a line."""
    pango.pango_layout_line_get_extents(line, ffi.NULL, _RECTANGLE)
    height: float = _RECTANGLE.height * FROM_UNITS
    return height


def line_size(line: Any, style: Any) -> tuple[float, float]:
    """The width and height of a line, in a rectangle that is made once."""
    pango.pango_layout_line_get_extents(line, ffi.NULL, _RECTANGLE)
    width = _RECTANGLE.width * FROM_UNITS
    spacing = style["letter_spacing"]
    if spacing != "normal":
        width += spacing
    return width, _RECTANGLE.height * FROM_UNITS


def _line_break_bit() -> int:
    attribute = ffi.new("PangoLogAttr *")
    attribute.is_line_break = 1
    return memoryview(ffi.buffer(attribute)).cast("I")[0]


LINE_BREAK = _line_break_bit()
_LOG_ATTRS = ffi.typeof("PangoLogAttr[]")
_DIRECTIONS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e"), "\u200b")


def bits(log_attrs: Any) -> memoryview:
    """What Pango says of each letter of a text, as integers; `LINE_BREAK` is in those that a line may start with."""
    return memoryview(ffi.buffer(log_attrs)).cast("I")


def get_next_break_point(log_attrs: Any) -> int | None:
    """Where the first line break is allowed, read from memory and not attribute by attribute."""
    if len(log_attrs):
        for index, attribute in enumerate(bits(log_attrs)):
            if attribute & LINE_BREAK:
                return index
    return None


def get_log_attrs(text: str, lang: str | None) -> Any:
    """Where Pango allows breaks in a text."""
    if not text.isascii():
        text = text.translate(_DIRECTIONS)
    data = text.encode().replace(b"\0", b"")
    length = len(text) + 1
    attributes = ffi.new(_LOG_ATTRS, length)
    pango.pango_get_log_attrs(data, len(data), -1, language_of(lang), attributes, length)
    if "-" in text or "/" in text:
        of_letters = bits(attributes)
        for match in _initial(text):
            for at in range(match.start() + 1, match.end()):
                of_letters[at] &= ~LINE_BREAK
    return attributes


_PAIRS: dict[tuple[str, str | None], bool] = {}
# Pairs of letters of a book; more than that is a text of many scripts.
_MOST_PAIRS = 20_000


def can_break_text(text: str, lang: str | None) -> bool:
    """Whether a line may break in a text; what two characters say is remembered."""
    if len(text) != 2:
        return line_break.get_next_break_point_from_text(text, lang) is not None
    key = text, lang
    found = _PAIRS.get(key)
    if found is None:
        if len(_PAIRS) >= _MOST_PAIRS:
            _PAIRS.clear()
        found = line_break.get_next_break_point_from_text(text, lang) is not None
        _PAIRS[key] = found
    return found
