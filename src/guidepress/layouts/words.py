"""The words that products print themselves, from a layout's catalogues; and which way the lines of a language run.

A catalogue is `words/LANGUAGE.po` of a layout, as gettext has it, with names for msgids. Over the built-in ones stand
those of a layout that extends them, then `words` in its layout.yaml, then the brand's own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import Any, Literal

from babel.core import get_global
from babel.messages.pofile import PoFileError, read_po

from guidepress.diagnostics import Diagnosed, Diagnostic, error
from guidepress.layouts.layout import Layout
from guidepress.words import Plural, Words

FALLBACK = "en"
# Languages that are written from right to left, by their subtag.
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
# Messages by name; of those with plural forms, the last form and what gives the others.
_Messages = tuple[Mapping[str, str], Mapping[str, Plural]]


def layout_words(layout: Layout, language: str, own: Mapping[str, str] | None = None) -> Words:
    """The words for a BCP 47 language: those of `pt-BR` over those of `pt` over English ones, `own` over all.

    What cannot be read is left out; `check_words` reports it.
    """
    return _collect(layout, language, own or {}, [])


def check_words(layout: Layout, language: str) -> tuple[Diagnostic, ...]:
    """Errors: `layout-words` in a catalogue, `layout-setting` in the `words` of layout.yaml."""
    problems: list[Diagnostic] = []
    _collect(layout, language, {}, problems)
    return tuple(problems)


def untranslated(layout: Layout, language: str, own: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the messages that neither the layout nor the brand (`own`) has in a language: English stands in."""
    english = set(names(FALLBACK))
    chain = [name for name in names(language) if name not in english]
    if not chain:
        return ()
    there = set(own)
    for name in chain:
        for found, _ in _layers_of(layout, name, []):
            there |= found.keys()
    return tuple(name for name in layout_words(layout, FALLBACK) if name not in there)


def direction(language: str) -> Literal["ltr", "rtl"]:
    """`rtl` for BCP 47 languages that are written from right to left, else `ltr`."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def names(language: str) -> tuple[str, ...]:
    """The languages in which a word is looked up, what counts most last: English, `zh`, `zh-Hans`, `zh-CN`.

    Between a language and its varieties stands the script, be it the usual one: Chinese is written in two.
    """
    first, *rest = language.split("-")
    base = first.lower()
    parts = [base, *(part.title() if len(part) == 4 else part.upper() for part in rest)]
    if len(parts) > 1 and len(parts[1]) == 4:
        script = parts[1]
    else:
        likely: Mapping[str, str] = get_global("likely_subtags")
        usual = likely.get("_".join(parts)) or likely.get(base) or ""
        script = next((part for part in usual.split("_")[1:] if len(part) == 4), "")
    written = (f"{base}-{script}",) if script else ()
    return tuple(dict.fromkeys((FALLBACK, base, *written, "-".join(parts), language)))


def _collect(
    layout: Layout, language: str, own: Mapping[str, str], problems: list[Diagnostic]
) -> Words:
    messages: dict[str, str] = {}
    plurals: dict[str, Plural] = {}
    for found, forms in (*_layers(layout, language, problems), (own, {})):
        messages.update(found)
        for name in found:
            plurals.pop(name, None)
        plurals.update(forms)
    return Words(messages, plurals, language)


def _layers(layout: Layout, language: str, problems: list[Diagnostic]) -> Iterator[_Messages]:
    """What each catalogue and each setting says, the one that counts most last."""
    for name in names(language):
        yield from _layers_of(layout, name, problems)


def _layers_of(layout: Layout, name: str, problems: list[Diagnostic]) -> Iterator[_Messages]:
    """The same of one language, without those in which its words are looked up besides."""
    for path in layout.layers(f"words/{name}.po"):
        read = _read(layout, path)
        problems += read.diagnostics
        if read.value is not None:
            yield read.value
    found, wrong = _settings(layout, name)
    problems += wrong
    yield found, {}


def _settings(layout: Layout, language: str) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """The words of layout.yaml in a language."""
    by_language: Any = layout.settings.get("words") or {}
    found: Any = (by_language.get(language) or {}) if isinstance(by_language, Mapping) else None
    if not isinstance(found, Mapping):
        message = "`words` wants languages, and in each of them words by name"
        return {}, (error("layout-setting", message, layout.settings_span),)
    wrong = tuple(
        error(
            "layout-setting",
            f"`words: {language}: {name}` is not text",
            layout.settings_span,
            hints=('put "…" around it, and around a name that YAML takes for another value',),
        )
        for name, word in found.items()
        if not isinstance(name, str) or not isinstance(word, str)
    )
    return {} if wrong else found, wrong


def _read(layout: Layout, path: Path) -> Diagnosed[_Messages]:
    try:
        return Diagnosed(_messages(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError:
        return Diagnosed(None, (error("layout-words", "it is not UTF-8", layout.span(path)),))
    except PoFileError as problem:
        line = (problem.lineno or 0) + 1
        return Diagnosed(None, (error("layout-words", str(problem), layout.span(path, line)),))
    except ValueError as problem:
        return Diagnosed(None, (error("layout-words", str(problem), layout.span(path)),))


@lru_cache(maxsize=64)
def _messages(text: str) -> _Messages:
    """What a catalogue says; messages that are empty or `fuzzy` are not there yet. Raises ValueError."""
    catalogue = read_po(io.StringIO(text), abort_invalid=True)
    position = c2py(catalogue.plural_expr)
    if not {position(n) for n in range(1000)} <= set(range(catalogue.num_plurals)):
        raise ValueError("`Plural-Forms` has an expression that names more forms than there are")
    messages: dict[str, str] = {}
    plurals: dict[str, Plural] = {}
    for message in catalogue:
        forms = _forms(message.string)
        if not message.id or message.fuzzy or not any(forms):
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        messages[name] = forms[-1]
        if message.pluralizable:
            if not all(forms) or len(forms) != catalogue.num_plurals:
                raise ValueError(f"`{name}` wants {catalogue.num_plurals} plural forms")
            plurals[name] = Plural(forms, catalogue.plural_expr)
    return messages, plurals


def _forms(said: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (said or "",) if isinstance(said, str | None) else tuple(said)
