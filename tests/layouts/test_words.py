"""The layout's words by language, and the direction of languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.project import words_in

from guidepress.layouts import Layout, find_layout
from guidepress.layouts.words import check_words, direction, layout_words, names

WORDS = {"en": {"page": "p.", "part": "Part"}, "pt": {"page": "p", "a": "1"}, "pt-BR": {"a": "2"}}


def laid_out(project: Path, settings: str = "", **catalogues: str) -> Layout:
    """A layout of a project, with catalogues by language."""
    folder = project / "layouts" / "own"
    (folder / "words").mkdir(parents=True)
    (folder / "layout.yaml").write_text(settings)
    for language, text in catalogues.items():
        (folder / "words" / f"{language}.po").write_text(text)
    layout = find_layout("own", project).value
    assert layout is not None
    return layout


def catalogue(messages: str, plural: str = "nplurals=2; plural=(n != 1);") -> str:
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {plural}\\n"\n'
    return f"{header}\n{messages}\n"


def said(name: str, text: str) -> str:
    return catalogue(f'msgid "{name}"\nmsgstr "{text}"')


def test_a_variety_stands_over_its_language_and_that_over_english(tmp_path: Path) -> None:
    layout = replace(laid_out(tmp_path), settings={"words": WORDS})
    words = layout_words(layout, "pt-BR")
    assert (words["page"], words["part"], words["a"]) == ("p", "Part", "2")
    assert layout_words(layout, "pt")["a"] == "1"
    assert layout_words(layout, "xx") == words_in() | WORDS["en"]


@pytest.mark.parametrize(
    ("language", "chain"),
    [
        ("en", ["en", "en-Latn"]),
        ("de-at", ["en", "de", "de-Latn", "de-AT", "de-at"]),
        ("zh", ["en", "zh", "zh-Hans"]),
        ("zh-CN", ["en", "zh", "zh-Hans", "zh-CN"]),
        ("zh-TW", ["en", "zh", "zh-Hant", "zh-TW"]),
        ("zh-Hant-CN", ["en", "zh", "zh-Hant", "zh-Hant-CN"]),
        ("tlh", ["en", "tlh"]),
    ],
)
def test_where_words_are_looked_up(language: str, chain: list[str]) -> None:
    assert list(names(language)) == chain


def test_traditional_chinese_is_not_printed_in_simplified() -> None:
    assert words_in("zh-CN")["contents"] == "目录"
    assert words_in("zh-TW")["contents"] == "Contents"


def test_catalogue_settings_and_brand_in_this_order(tmp_path: Path) -> None:
    """Each over the one before: built-in catalogue, the layout's own, its settings, the brand."""
    settings = "words: {de: {part: Band, table: Tafel}}"
    german = said("chapter", "Lektion") + '\nmsgid "part"\nmsgstr "Buch"\n'
    words = layout_words(laid_out(tmp_path, settings, de=german), "de", {"table": "Übersicht"})
    assert words["figure"] == "Abbildung"
    assert words.phrase("chapter-n", n=7) == "Lektion 7"
    assert (words["part"], words["table"]) == ("Band", "Übersicht")


def test_a_word_without_plural_forms_takes_the_place_of_all(tmp_path: Path) -> None:
    layout = laid_out(tmp_path, 'words: {en: {n-hours: "{n} h"}}')
    assert layout_words(layout, "en").phrase("n-hours", n=1) == "1 h"


@pytest.mark.parametrize(
    "text",
    [
        catalogue('msgid "part'),
        catalogue('msgid "a"\nmsgid_plural "a"\nmsgstr[0] "x"'),
        catalogue("", "nplurals=1; plural=(n != 1);"),
        catalogue("", "nplurals=2; plural=(n !!);"),
    ],
)
def test_a_broken_catalogue_is_told_at_its_file(tmp_path: Path, text: str) -> None:
    layout = laid_out(tmp_path, en=text)
    (problem,) = check_words(layout, "en")
    assert problem.code == "layout-words"
    assert problem.span is not None
    assert problem.span.file == "layouts/own/words/en.po"
    assert layout_words(layout, "en")["part"] == "Part"


def test_a_catalogue_that_is_not_utf_8(tmp_path: Path) -> None:
    layout = laid_out(tmp_path, en="")
    (tmp_path / "layouts/own/words/en.po").write_bytes(b'msgid "a"\nmsgstr "\xff"')
    assert [d.code for d in check_words(layout, "en")] == ["layout-words"]


@pytest.mark.parametrize(
    "settings", ["words: 3", "words: {en: [a]}", "words: {en: {no: x}}", "words: {en: {part: 3}}"]
)
def test_words_that_are_none(tmp_path: Path, settings: str) -> None:
    """`no` without quotes is false in a layout's YAML."""
    layout = laid_out(tmp_path, settings)
    assert {d.code for d in check_words(layout, "en")} == {"layout-setting"}
    assert layout_words(layout, "en")["part"] == "Part"


@pytest.mark.parametrize(
    ("language", "way"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("AR", "rtl"), ("arn", "ltr"), ("ku", "ltr")],
)
def test_direction(language: str, way: str) -> None:
    assert direction(language) == way
