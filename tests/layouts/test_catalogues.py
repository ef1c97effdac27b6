"""The built-in catalogues are complete, and hold every word that a product prints."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from tests.project import words_in

from guidepress.deck.note_types import NAMES
from guidepress.layouts.words import names
from guidepress.markdown.flow.admonition import KINDS
from guidepress.words import Words, locale_of

ROOT = Path(__file__).parents[2]
LAYOUT = ROOT / "layouts" / "default"
SOURCE = ROOT / "src" / "guidepress"
LANGUAGES = sorted(path.stem for path in (LAYOUT / "words").glob("*.po"))
TEMPLATES = sorted(LAYOUT.rglob("*.html"))
# Where products are made of a guide. Elsewhere stand messages to authors.
MAKERS = ("markdown", "book", "layouts", "handbook", "deck", "cards")
FIELD = re.compile(r"\{([\w-]+)\}")
LETTERS = re.compile(r"[^\W\d_]{2,}")


def catalogue(language: str) -> Catalog:
    with (LAYOUT / "words" / f"{language}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(language: str) -> dict[str, tuple[str, ...]]:
    """The forms of each message."""
    return {
        m.id if isinstance(m.id, str) else m.id[0]: (
            (m.string,) if isinstance(m.string, str) else tuple(m.string or ())
        )
        for m in catalogue(language)
        if m.id
    }


ENGLISH = messages("en")


def test_the_languages_that_are_promised() -> None:
    """docs/layouts.md names them."""
    page = (ROOT / "docs/layouts.md").read_text()
    promised = re.search(r"`words/de\.po`\. guidepress brings (.*?);", page, re.DOTALL)
    assert promised is not None
    named = re.split(r",\s|\sand\s", promised[1])
    english = locale_of("en").languages
    wanted = sorted(english[language.partition("-")[0]] for language in LANGUAGES)
    assert sorted(name.split()[-1] for name in named) == wanted
    assert all(language in names(language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_in_all_its_forms(language: str) -> None:
    found = messages(language)
    assert list(found) == list(ENGLISH)
    assert not [m.id for m in catalogue(language) if m.id and m.fuzzy]
    number = catalogue(language).num_plurals
    for name, forms in found.items():
        assert all(form.strip() for form in forms), name
        assert len(forms) == (number if len(ENGLISH[name]) > 1 else 1), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_goes_with_some_number(language: str) -> None:
    """And numbers share a form where they do in CLDR, but for the millions of French and Spanish."""
    position = c2py(catalogue(language).plural_expr)
    assert {position(n) for n in range(200)} == set(range(catalogue(language).num_plurals))
    category = locale_of(language).plural_form
    assert len({(position(n), category(n)) for n in range(200)}) == catalogue(language).num_plurals


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_name_what_there_is(language: str) -> None:
    """The same values as in English; other messages as the language wants. A form of one number need not say it."""
    position = c2py(catalogue(language).plural_expr)
    numbers = Counter(position(n) for n in range(200))
    for name, forms in messages(language).items():
        wanted = set(FIELD.findall(ENGLISH[name][-1]))
        for at, form in enumerate(forms):
            alone = len(forms) > 1 and numbers[at] == 1
            fields = set(FIELD.findall(form))
            assert fields - wanted <= set(ENGLISH), name
            assert wanted - fields <= {*ENGLISH, *({"n"} if alone else ())}, name
        assert ("n" in wanted) == ("n" in FIELD.findall(forms[-1])), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_have_no_mark_of_a_typewriter(language: str) -> None:
    """They are printed as they are.

    In a pattern of a date, the mark is a sign of the pattern; and what Anki's editor says of fields stays as it is,
    since a note type that says it otherwise is another version of it.
    """
    patterns = {"date-pattern", "month-pattern"}
    for name, forms in messages(language).items():
        for form in forms if name not in patterns and not name.startswith("field-") else ():
            assert not re.search(r"[\"']|\.\.\.|--", form), name


def test_a_message_is_not_called_like_a_method() -> None:
    """Of a template's `words.NAME`, a method would come first."""
    assert not set(ENGLISH) & set(dir(Words))


def asked() -> Iterator[str]:
    """The names that templates and modules ask for by themselves."""
    call = r"""(?:phrase|say|around)\(\s*["']([\w-]+)["']"""
    item = r"""\bwords\[["']([\w-]+)["']\]"""
    for path in (*TEMPLATES, *SOURCE.rglob("*.py")):
        text = path.read_text()
        found = re.findall(rf"{call}|{item}", text)
        yield from (one or other for one, other in found)
        if path.suffix == ".html":
            yield from re.findall(r"\{\{=\s*([\w-]+)", text)
            yield from set(re.findall(r"\bwords\.([\w-]+)", text)) - set(dir(Words))


def test_what_is_asked_for_is_there() -> None:
    assert set(asked()) - {"Tags"} <= set(ENGLISH)  # of an edit that `diff` tells


def test_what_is_there_is_asked_for() -> None:
    """By itself, or by a name that is put together: of a kind, a field, an ordinal, a section."""
    kinds = {"part", "chapter", "stage", "figure", "table"}
    fields = {f.lower().rstrip("1234") for names in NAMES.values() for f in names}
    known = {
        *asked(), *KINDS, "objectives", "takeaways", "exercise", "figures", "tables",
        "glossary", "abbreviations", "answers", "index", "question", "answer",
        "n-cards-new", "n-cards-changed", "n-cards-withdrawn", "date-pattern", "month-pattern",
        *(f"{kind}-n" for kind in kinds), *(f"field-{field}" for field in fields),
        *(f"ordinal-{c}" for c in ("one", "two", "few", "many", "other")),
    }  # fmt: skip
    named = {field for forms in ENGLISH.values() for form in forms for field in FIELD.findall(form)}
    assert set(ENGLISH) - known - named == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    # The block `kind` is the class of the section.
    text = re.sub(r"\{% block kind %\}.*?\{% endblock %\}", "", path.read_text())
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    shown = re.findall(r'\b(?:alt|title|aria-label|summary|placeholder)="([^"]*)"', text)
    # What an author types into guide.yaml is in no language.
    shown.append(re.sub(r"<pre>.*?</pre>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL))
    assert not [word for piece in shown for word in LETTERS.findall(piece)]


@pytest.mark.parametrize("path", sorted(LAYOUT.rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_has_no_words_of_its_own(path: Path) -> None:
    text = re.sub(r"\{\{.*?\}\}|\\[0-9a-f]+", "", path.read_text(), flags=re.DOTALL)
    for content in re.findall(r"\bcontent:([^;}]*)", text):
        assert not [
            w for quoted in re.findall(r'"([^"]*)"', content) for w in LETTERS.findall(quoted)
        ]


def constants(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts of a module, without its docstrings."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documented
        ):
            yield node.lineno, node.value


def elements(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts that a module puts into elements which it makes itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = node.func.value
            if isinstance(holder, ast.Name) and holder.id == "builder":
                for argument in node.args:
                    if isinstance(argument, ast.Constant | ast.JoinedStr):
                        yield from constants(argument)


@pytest.mark.parametrize("folder", MAKERS)
def test_no_module_has_words_of_a_product(folder: str) -> None:
    """Nothing that reads like an English message, and no text in an element; names of Anki's fields are names."""
    fields = {field for names in NAMES.values() for field in names}
    sayings = {
        form.rstrip(".")
        for forms in ENGLISH.values()
        for form in forms
        if form[0].isupper() or (" " in form and LETTERS.search(FIELD.sub("", form)))
    } - fields
    found = []
    for path in sorted((SOURCE / folder).rglob("*.py")):
        tree = ast.parse(path.read_text())
        name = path.relative_to(SOURCE)
        # A class, a page size or a template of Anki may be called like something that is printed.
        said = [(line, text) for line, text in constants(tree) if text.strip(" .:") in sayings]
        said += [(line, text) for line, text in elements(tree) if LETTERS.search(text)]
        found += [f"{name}:{line}: {text}" for line, text in said]
    assert found == []


def test_english_is_the_last_resort() -> None:
    assert words_in("tlh") == words_in("en")
