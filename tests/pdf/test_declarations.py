"""C types whose names are parsed behind few declarations are those that cffi makes of them behind all."""

from __future__ import annotations

from typing import Any

import pytest
from cffi import CDefError, cparser
from weasyprint.text.ffi import ffi

import guidepress.pdf.engine  # noqa: F401  (which has types parsed so)

PARSER: Any = ffi._parser


@pytest.mark.parametrize(
    "name",
    [
        *("PangoRectangle *", "PangoLogAttr[]", "PangoGlyphInfo", "hb_codepoint_t[39]"),
        *("unsigned int *", "char[4]", "FcChar8 **", "const PangoFont *", "size_t", "uint8_t[2]"),
        *("void (*)(PangoFont *, hb_tag_t)", "struct nobody_has_it *"),
    ],
)
def test_a_type_is_the_same(name: str) -> None:
    assert PARSER.parse_type_and_quals(name) == cparser.Parser.parse_type_and_quals(PARSER, name)


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(CDefError):
        PARSER.parse_type_and_quals("PangoNothing *")


def test_a_structure_is_one_whoever_names_it() -> None:
    assert ffi.typeof("struct known_by_two **").item is ffi.typeof("struct known_by_two *")


def test_few_declarations_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = cparser._get_parser().parse

    def reading(source: str) -> object:
        read.append(source)
        return parse(source)

    monkeypatch.setattr(cparser._get_parser(), "parse", reading)
    few = PARSER.parse_type_and_quals("hb_codepoint_t[40]")
    assert few == cparser.Parser.parse_type_and_quals(PARSER, "hb_codepoint_t[40]")
    assert 5 * read[0].count("typedef") < read[1].count("typedef")
