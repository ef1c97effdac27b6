"""A YAML document against its model: every problem at its place, in words an author understands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidepress.diagnostics import Diagnosed
from guidepress.model import (
    Brand,
    Faq,
    Glossary,
    GuideFile,
    Profiles,
    Record,
    Roadmap,
    Skills,
    Table,
)
from guidepress.source.validation import validate
from guidepress.source.yaml import load

GUIDE = """\
id: g
title: T
edition: "1"
contents:
  parts:
    - title: P
      chapters: [a.md]
"""


def read(model: type[Record], text: str) -> Diagnosed[Any]:
    loaded = load(text, "f.yaml")
    assert loaded.value is not None, loaded.diagnostics
    return validate(model, loaded.value)


def problems(model: type[Record], text: str) -> list[str]:
    """Each problem as `line:column code: message (hint)`."""
    return [
        f"{d.span.line}:{d.span.column} {d.code}: {d.message}" + "".join(f" ({h})" for h in d.hints)
        for d in read(model, text).diagnostics
        if d.span
    ]


def guide(old: str, new: str) -> str:
    assert old in GUIDE
    return GUIDE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GUIDE + "titel: x\n", "8:1 key-unknown: unknown key `titel` (did you mean `title`?)"),
        (GUIDE + "Title: x\n", "8:1 key-unknown: unknown key `Title` (did you mean `title`?)"),
        (
            guide("[a.md]", "[a.md]\n      sumary: x"),
            "8:7 key-unknown: unknown key `sumary` (did you mean `summary`?)",
        ),
        (
            guide("[a.md]", "[{file: a.md, tilte: x}]"),
            "7:31 key-unknown: unknown key `tilte` (did you mean `title`?)",
        ),
        (
            guide("  parts:", "  frnot: [a.md]\n  parts:"),
            "5:3 key-unknown: unknown key `frnot` (did you mean `front`?)",
        ),
        (
            GUIDE + "products: {handbok: {page: A4}}\n",
            "8:12 key-unknown: unknown key `handbok` (did you mean `handbook`?)",
        ),
        (
            GUIDE + "products: {handbook: {pages: A4}}\n",
            "8:23 key-unknown: unknown key `pages` (did you mean `page`?)",
        ),
        (
            GUIDE + "editions: {acme: {tilte: x}}\n",
            "8:19 key-unknown: unknown key `tilte` (did you mean `title`?)",
        ),
        (
            GUIDE + "editions: {acme: {products: {deck: {nme: x}}}}\n",
            "8:37 key-unknown: unknown key `nme` (did you mean `name`?)",
        ),
        (
            GUIDE + "products: {deck: {zzz: x}}\n",
            "8:19 key-unknown: unknown key `zzz` "
            "(known keys: name, description, report, preset, languages, speech, style)",
        ),
    ],
)
def test_misspelt_key_of_a_guide(text: str, expected: str) -> None:
    """At every level the hint names the key that was meant, or all that there are."""
    assert problems(GuideFile, text) == [expected]


@pytest.mark.parametrize(
    ("model", "text", "expected"),
    [
        (Roadmap, "stages: [{id: a, title: A, objectivs: [x]}]", "did you mean `objectives`?"),
        (
            Roadmap,
            "stages: [{id: a, title: A, cards: [{id: c, front: f, back: b, hnt: x}]}]",
            "did you mean `hint`?",
        ),
        (Skills, "skills: [{id: a, name: A, summary: S, stage: [x]}]", "did you mean `stages`?"),
        (Faq, "questions: [{id: a, question: Q, answer: A, shrt: x}]", "did you mean `short`?"),
        (
            Glossary,
            "terms: [{id: a, term: T, definition: D, alias: [x]}]",
            "did you mean `aliases`?",
        ),
        (Brand, "colors: {ink: '#000000'}", "did you mean `colours`?"),
        (Brand, "colours: {acent: '#000000'}", "did you mean `accent`?"),
        (Brand, "fonts: {headigns: Inter}", "did you mean `headings`?"),
        (
            Table,
            "{kind: table, id: t, title: T, columns: [{id: a, name: A, unti: x}], rows: [[1]], "
            "as_of: '1', source: S}",
            "did you mean `unit`?",
        ),
        (
            Profiles,
            "{kind: profiles, id: p, title: T, profiles: [{id: a, name: A, summary: S, plce: x}]}",
            "did you mean `place`?",
        ),
        (
            Profiles,
            "{kind: profiles, id: p, title: T, fields: [{id: a, nam: A, name: B}], "
            "profiles: [{id: a, name: A, summary: S}]}",
            "did you mean `name`?",
        ),
    ],
)
def test_misspelt_key_of_a_record(model: type[Record], text: str, expected: str) -> None:
    """The same in every kind of file, in records inside of records too."""
    (only,) = read(model, text).diagnostics
    assert (only.code, only.hints) == ("key-unknown", (expected,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("just words\n", "1:1 value-type: the file must be keys and values, not `just words`"),
        ("- a\n", "1:1 value-type: the file must be keys and values, not a list"),
        (guide("id: g", "id: My Guide"),
         "1:5 value-invalid: `id`: an id is lower-case letters, digits and single hyphens, found `My Guide`"),
        (guide("id: g", "id: a--b"),
         "1:5 value-invalid: `id`: an id is lower-case letters, digits and single hyphens, found `a--b`"),
        (guide("id: g", f"id: {'x' * 81}"), "1:5 value-invalid: `id`: must have at most 80 characters"),
        (guide("id: g", "id: true"), "1:5 value-type: `id` must be a text, not true (put it in quotes)"),
        (guide("id: g", "id:"), "1:4 value-type: `id` must be a text, not nothing"),
        (guide("title: T", "title: [x]"), "2:8 value-type: `title` must be a text, not a list"),
        (guide("title: T", "title: {a: b}"), "2:8 value-type: `title` must be a text, not keys and values"),
        (guide("title: T", "title: ' '"), "2:8 value-invalid: `title`: must not be empty"),
        (guide("title: T", "title: |\n  a\n  b"),
         "3:3 value-invalid: `title`: must be a single line, found `a`"),
        (guide("[a.md]", "[]"), "7:17 value-invalid: `chapters`: needs at least one item"),
        (guide("[a.md]", "a.md"), "7:17 value-type: `chapters` must be a list, not `a.md`"),
        (guide("[a.md]", "[a.md, [b.md]]"),
         "7:24 value-type: item 2 of `chapters` must be keys and values, not a list"),
        (guide("[a.md]", "[{title: x}]"), "7:18 key-missing: the key `file` is missing"),
        (GUIDE + "language: english\n",
         "8:11 value-invalid: `language`: a language is a code such as `en` or `pt-BR`, found `english`"),
        (GUIDE + "authors: Me\n", "8:10 value-type: `authors` must be a list, not `Me`"),
        (GUIDE + "authors: [Me, [You]]\n", "8:15 value-type: item 2 of `authors` must be a text, not a list"),
        (GUIDE + "products: {handbook: {page: [1mm]}}\n",
         "8:29 value-invalid: `page`: expected the name of a page, such as A4, or [width, height]"),
        (GUIDE + "products: {handbook: {page: [1mm, 2]}}\n",
         "8:29 value-invalid: `page`: a length is a number and mm, cm, in or pt, such as `3mm`"),
        (GUIDE + "products: {handbook: {bleed: 3}}\n",
         "8:30 value-invalid: `bleed`: a length is a number and mm, cm, in or pt, such as `3mm`"),
        (GUIDE + "products: {handbook: {marks: maybe}}\n",
         "8:30 value-type: `marks` must be true or false, not `maybe`"),
        (GUIDE + "products: {handbook: {sides: dubble}}\n",
         "8:30 value-invalid: `sides`: expected 'double' or 'single', found `dubble`"),
        (GUIDE + "editions: [a]\n", "8:11 value-type: `editions` must be keys and values, not a list"),
        (GUIDE + "editions: {Acme Inc: {title: x}}\n",
         "8:12 value-invalid: `Acme Inc`: an id is lower-case letters, digits and single hyphens, "
         "found `Acme Inc`"),
    ],
)  # fmt: skip
def test_wrong_value_of_a_guide(text: str, expected: str) -> None:
    """The message says what was expected and what was found; the place is that of the value."""
    assert problems(GuideFile, text) == [expected]


CARD = "stages: [{{id: a, title: A, cards: [{}]}}]"


@pytest.mark.parametrize(
    ("model", "text", "expected"),
    [
        (Roadmap, "stages: []", "1:9 value-invalid: `stages`: needs at least one item"),
        (Roadmap, "stages: [{id: a, title: A, hours: ten}]",
         "1:35 value-type: `hours` must be a whole number, not `ten`"),
        (Roadmap, "stages: [{id: a, title: A, hours: 1.5}]",
         "1:35 value-type: `hours` must be a whole number, not `1.5`"),
        (Roadmap, "stages: [{id: a, title: A, hours: 0}]",
         "1:35 value-invalid: `hours`: must be greater than 0"),
        (Roadmap, "stages: [{id: a, title: A, hours: 10001}]",
         "1:35 value-invalid: `hours`: must be at most 10000"),
        (Roadmap, CARD.format("{id: c, front: f}"),
         "1:36 value-invalid: item 1 of `cards`: a card needs `front` and `back`, or `cloze`"),
        (Roadmap, CARD.format("{id: c, cloze: x, back: b}"),
         "1:36 value-invalid: item 1 of `cards`: a cloze card has no front, back or reverse"),
        (Roadmap, CARD.format("{front: f, back: b}"), "1:36 key-missing: the key `id` is missing"),
        (Faq, "questions: [{id: a, question: Q, answer: A, card: maybe}]",
         "1:51 value-type: `card` must be true or false, not `maybe`"),
        (Glossary, "terms: [{id: a, term: T, definition: D, card: sideways}]",
         "1:47 value-invalid: `card`: expected 'both', 'forward' or 'none', found `sideways`"),
        (Brand, "colours: {ink: red}",
         "1:16 value-invalid: `ink`: a colour is written #rrggbb, found `red`"),
        (Table, "{kind: table, id: t, title: T, columns: [{id: a, name: A}], rows: [[1], [true]], "
         "as_of: '1', source: S}",
         "1:74 value-type: item 1 of item 2 of `rows` must be a text, not true (put it in quotes)"),
        (Table, "{kind: table, id: t, title: T, columns: [{id: a, name: A}], rows: [1], as_of: '1', source: S}",
         "1:68 value-type: item 1 of `rows` must be a list, not `1`"),
    ],
)  # fmt: skip
def test_wrong_value_of_a_record(model: type[Record], text: str, expected: str) -> None:
    """The same in the other files."""
    assert problems(model, text) == [expected]


def test_every_problem_is_reported() -> None:
    """One run shows all there is to correct, in the order of the models."""
    text = "stages:\n  - {id: A, title: T}\n  - {title: U, hours: x, nees: [a]}\n"
    assert problems(Roadmap, text) == [
        "2:10 value-invalid: `id`: an id is lower-case letters, digits and single hyphens, found `A`",
        "3:5 key-missing: the key `id` is missing",
        "3:23 value-type: `hours` must be a whole number, not `x`",
        "3:26 key-unknown: unknown key `nees` (did you mean `needs`?)",
    ]


def test_missing_keys_are_reported_at_what_lacks_them() -> None:
    """At the record, or at the key that opens it."""
    assert problems(GuideFile, "id: g\ncontents: {}\n") == [
        "1:1 key-missing: the key `title` is missing",
        "1:1 key-missing: the key `edition` is missing",
        "2:1 key-missing: the key `parts` is missing in `contents`",
    ]


def test_empty_file() -> None:
    """A file without data is a problem of the file as a whole."""
    loaded = load("# nothing yet\n", "f.yaml")
    assert loaded.value is not None
    (only,) = validate(Faq, loaded.value).diagnostics
    assert (only.code, str(only.span)) == ("file-empty", "f.yaml")


def test_long_value_is_shortened() -> None:
    """A message stays a line."""
    (only,) = problems(GuideFile, GUIDE + f"language: {'x' * 500}\n")
    assert only.endswith("found `" + "x" * 39 + "…`")


def test_what_was_typed_is_what_is_kept() -> None:
    """Nothing that looks like a number, a time or a truth is changed on the way into a text."""
    text = (
        guide("title: T", "title: no").replace('edition: "1"', "edition: 2025.10")
        + "language: no\n"
    )
    record = read(GuideFile, text).value
    assert (record.title, record.edition, record.language) == ("no", "2025.10", "no")
    table = read(
        Table,
        "{kind: table, id: t, title: T, as_of: 2025, source: S, columns: [{id: a, name: A}, {id: b, name: B}],"
        " rows: [[3.10, 0.50], [1e3, '007']]}",
    ).value
    assert table.rows == (("3.10", "0.50"), ("1e3", "007"))


def test_numbers_and_truths_are_read_where_asked_for() -> None:
    """A number may stand in quotes; `yes` and `no` are truths where a truth is wanted."""
    record = read(Roadmap, "stages: [{id: a, title: A, hours: '40'}]").value
    assert record.stages[0].hours == 40
    faq = read(Faq, "questions: [{id: a, question: Q, answer: A, card: no}]").value
    assert faq.questions[0].card is False


def test_records_know_where_they_stand() -> None:
    """Every record of a file gives the span of any of its values."""
    record = read(
        Roadmap, "stages:\n  - id: a\n    title: A\n    needs: [b, c]\n  - {id: b, title: B}\n"
    ).value
    first, second = record.stages
    assert str(first.span()) == "f.yaml:2:5"
    assert str(first.span("needs", 1)) == "f.yaml:4:16"
    assert str(first.span("hours")) == "f.yaml:2:5"
    assert str(second.span("title")) == "f.yaml:5:20"


VALUES = st.recursive(
    st.sampled_from(["a", "A b", "1", "1.5", "no", "true", "null", "''", "'3mm'", "'#123456'", "table"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda v: f"[{', '.join(v)}]")
    | st.dictionaries(
        st.sampled_from(
            ["id", "title", "contents", "parts", "chapters", "file", "products", "handbook", "page", "stages",
             "cards", "front", "cloze", "editions", "rows", "columns", "kind", "facts", "profiles", "x"]
        ),
        inner,
        max_size=4,
    ).map(lambda v: "{" + ", ".join(f"{k}: {x}" for k, x in v.items()) + "}"),
    max_leaves=12,
)  # fmt: skip


@given(VALUES, st.sampled_from([GuideFile, Brand, Roadmap, Skills, Faq, Glossary, Table, Profiles]))
def test_any_document_is_valid_or_explained(text: str, model: type[Record]) -> None:
    """Validation never raises; there is a value or an error with a place, and never both."""
    loaded = load(text, "f.yaml").value
    assert loaded is not None
    result = validate(model, loaded)
    assert (result.value is None) == bool(result.diagnostics)
    assert all(d.span and d.span.file == "f.yaml" for d in result.diagnostics)
