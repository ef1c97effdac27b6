"""YAML: what is loaded is what was typed, and every key and value knows where it stands."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.diagnostics import Diagnostic, Span
from guidepress.model.base import Key
from guidepress.source.yaml import MAX_DEPTH, Loaded, load


def loaded(text: str) -> Loaded:
    """The document of a text without problems."""
    result = load(text, "f.yaml")
    assert result.diagnostics == ()
    assert result.value is not None
    return result.value


def problem(text: str) -> Diagnostic:
    """The only problem of a text."""
    result = load(text, "f.yaml")
    assert result.value is None
    (only,) = result.diagnostics
    return only


def marked(text: str, span: Span) -> str:
    """What a span covers."""
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: plain words  # comment\n", ("a",), "plain words"),
        ('a: "double" # c\n', ("a",), '"double"'),
        ("a: 'single'\n", ("a",), "'single'"),
        ("a: [one, two]\n", ("a", 1), "two"),
        ("a: {b: {c: deep}}\n", ("a", "b", "c"), "deep"),
        ("- x\n- y: z\n", (1, "y"), "z"),
        ("a: |\n\n  first\n  second\n", ("a",), "first"),
        ("a: >-\n  folded\n  text\nb: 1\n", ("a",), "folded"),
        ("a: | # why\n  text\n", ("a",), "text"),
        ("a: |\nb: 1\n", ("a",), "|"),
        ("a: >+\n\n\nb: 1\n", ("a",), ">+"),
        ("a:\n  b: |2\n     x\n  c: 1\n", ("a", "b"), "x"),
        ('a: "one\n  two"\n', ("a",), '"one'),
        ("a: one\n  two\n", ("a",), "one"),
        ("ä: 😀 wörd\nb: ß\n", ("ä",), "😀 wörd"),
        ("ä: 😀 wörd\nb: ß\n", ("b",), "ß"),
        ("a: 'x\u2028y'\nb: z\n", ("b",), "z"),
        ("a: &x {b: c}\nd: *x\n", ("d",), "*x"),
        ("a: &x {b: c}\nd: *x\n", ("a", "b"), "c"),
        ("a: !!str 12\n", ("a",), "!!str 12"),
        ("---\na: 1\n...\n", ("a",), "1"),
        ("just words\n", (), "just words"),
    ],
)
def test_value_has_its_span(text: str, path: tuple[Key, ...], expected: str) -> None:
    """Every kind of value is found by its path; of a block scalar, its first words are."""
    span = loaded(text).index.at(*path)
    assert span.file == "f.yaml"
    assert marked(text, span) == expected


def test_windows_line_ends_and_byte_order_mark_move_nothing() -> None:
    """Lines and columns are the same as in the file saved on another system."""
    plain = "a: x\nb: |\n  y\n  z\nc: [w]\n"
    for text in (plain.replace("\n", "\r\n"), "\ufeff" + plain):
        index = loaded(text).index
        for path in (("a",), ("b",), ("c", 0)):
            assert index.at(*path) == loaded(plain).index.at(*path)


def test_first_line_of_the_text_may_be_anywhere_in_the_file() -> None:
    """Front matter starts below its fence."""
    assert load("a: 1\nb: 2\n", "f.md", line=2).value is not None
    result = load("a: 1\nb: {\n", "f.md", line=2)
    assert result.diagnostics[0].span == Span("f.md", 3, 5)


def test_unknown_path_is_placed_at_the_nearest_value_around() -> None:
    """Inside of an alias and below a scalar there are no spans of their own."""
    index = loaded("a: &x {b: {c: 1}}\nd: *x\n").index
    assert index.at("d", "b", "c") == index.at("d")
    assert index.at("a", "b", "nothing", 3) == index.at("a", "b")
    assert index.at("nothing") == index.at()


def test_key_has_its_span() -> None:
    """Keys are found by the path that they end; an item of a list has none and stands for itself."""
    text = 'a:\n  "b c": [1, {d: 2}]\n'
    index = loaded(text).index
    assert marked(text, index.key("a", "b c")) == '"b c"'
    assert marked(text, index.key("a", "b c", 1, "d")) == "d"
    assert index.key("a", "b c", 0) == index.key("a", "b c")
    assert index.key() == index.at()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("No", "No"),
        ("true", True), ("True", True), ("FALSE", False), ("tRUE", "tRUE"),
        ("null", None), ("~", None), ("", None), ("Null", None), ("nUll", "nUll"),
        ("1.10", "1.10"), ("12:30", "12:30"), ("0o17", "0o17"), ("017", "017"), ("0x1F", "0x1F"),
        ("1e3", "1e3"), ("1_000", "1_000"), ("+5", "+5"), (".5", ".5"), (".inf", ".inf"), (".nan", ".nan"),
        ("2025-01-31", "2025-01-31"), ("=", "="), ("<<", "<<"),
        ("'null'", "null"), ('"true"', "true"), ("|-\n  true", "true"), ('"\\u00e9\\n"', "é\n"),
    ],
)  # fmt: skip
def test_scalar_is_what_was_typed(typed: str, value: Any) -> None:
    """YAML 1.2: only true, false and null are more than text; a model turns text into numbers."""
    assert loaded(f"a: {typed}\n").value == {"a": value}


@pytest.mark.parametrize("key", ["no", "yes", "null", "~", "true", "1.10", "2025", "<<"])
def test_key_is_what_was_typed(key: str) -> None:
    """A key is a word, whatever it looks like; there are no merge keys."""
    assert loaded(f"{key}: x\n").value == {key: "x"}


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "\ufeff"])
def test_nothing_is_none(text: str) -> None:
    """An empty document is a value, for the reader to complain about."""
    assert loaded(text).value is None


def test_aliases_are_expanded() -> None:
    """An alias repeats a value, also as a key."""
    text = "a: &x [1, {b: 2}]\nc: *x\nd: &k word\n*k : e\n"
    assert loaded(text).value == {
        "a": ["1", {"b": "2"}], "c": ["1", {"b": "2"}], "d": "word", "word": "e"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "second", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1", "1:1"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "4:3", "2:3"),
        ("a: {b: 1, c: 2, b: 3}\n", "1:17", "1:5"),
        ("- {x: 1, x: 2}\n", "1:10", "1:4"),
        ("yes: 1\n'yes': 2\n", "2:1", "1:1"),
        ("1: a\n1: b\n", "2:1", "1:1"),
        ("~: a\nb: c\n~: d\n", "3:1", "1:1"),
    ],
)
def test_duplicate_key_names_both_places(text: str, second: str, first: str) -> None:
    """One of the two would be lost without a word."""
    found = problem(text)
    assert found.code == "yaml-duplicate-key"
    assert str(found.span) == f"f.yaml:{second}"
    assert [str(r.span) for r in found.related] == [f"f.yaml:{first}"]


def test_every_duplicate_is_reported() -> None:
    """All problems of a file at once."""
    result = load("a: 1\na: 2\na: 3\nb: {c: 1, c: 2}\n", "f.yaml")
    assert [d.code for d in result.diagnostics] == ["yaml-duplicate-key"] * 3


@pytest.mark.parametrize(
    ("text", "place", "length"),
    [
        ("a:\n\tb: 1\n", "2:1", 1),
        ("a: 1\n\tb: 2\n", "2:1", 1),
        ("a:\n  - b\n \t- c\n", "3:2", 1),
        ("a:\n  b: 1\n\t\tc: 2\n", "3:1", 2),
        ("a: |\n\tx\n", "2:1", 1),
        ("\ta: 1\n", "1:1", 1),
        ("a: b\n\t\n", "2:1", 1),
    ],
)
def test_tab_in_the_indentation(text: str, place: str, length: int) -> None:
    """The tab itself is marked, which nobody can see."""
    found = problem(text)
    assert found.code == "yaml-tab"
    assert found.span is not None
    assert (str(found.span), found.span.length) == (f"f.yaml:{place}", length)


@pytest.mark.parametrize("text", ["a:\tb\n", "a: |\n  all:\n  \tmake\n", "a: [1,\n\t2]\n"])
def test_tab_elsewhere_is_allowed(text: str) -> None:
    """Tabs separate, and stand in a text."""
    loaded(text)


def test_tab_in_a_text_is_not_blamed_for_the_next_line() -> None:
    """A Makefile in a block scalar is no reason for the error after it."""
    found = problem("a: |\n  all:\n  \tmake\nb: : x\n")
    assert (found.code, str(found.span)) == ("yaml-syntax", "f.yaml:4:4")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: b: c\n", "1:5", "a `:` where no key can stand"),
        ("a: 1\nword\nc: 2\n", "3:1", "a line without `:` where a key must stand"),
        ("a: 'x\nb: 1\n", "2:5", "the file ends inside a quoted text"),
        ("a: [1, 2\nb: 3\n", "2:2", "a `,` or a `]` is missing before this"),
        (
            "a:\n    - b\n   - c\n",
            "3:4",
            "this line is not indented like the keys of the record that it stands in",
        ),
        ("a: @x\n", "1:4", "a text cannot begin with `@`"),
        ("a: *x\n", "1:4", "the anchor `&x` is not defined before this place"),
        ("a: &x [1, *x]\n", "1:11", "the anchor `&x` contains itself"),
        ("? [a]\n: 1\n", "1:3", "a key must be a word, not a list"),
        ("{{a: 1}: 2}\n", "1:2", "a key must be a word, not a mapping"),
        ("a: 1\n---\nb: 2\n", "2:1", "a second YAML document starts here"),
        ("é😀: \x07\n", "1:5", "a character that YAML does not allow"),
        ("é😀: \ud800\n", "1:5", "a character that YAML does not allow"),
        ("a: {\n\n\n", "1:5", "did not find expected node content"),
    ],
)
def test_syntax_error_is_placed(text: str, place: str, message: str) -> None:
    """The error stands where the author can fix it: never behind the last words of the file."""
    found = problem(text)
    assert found.code == "yaml-syntax"
    assert (str(found.span), found.message) == (f"f.yaml:{place}", message)


def test_syntax_error_says_where_its_construct_began() -> None:
    """An unclosed bracket is found at the end and was opened before."""
    found = problem("a: 1\nb: [2,\n  3\nc: 4\n")
    assert [(str(r.span), r.message) for r in found.related] == [("f.yaml:2:4", "the `[` is here")]


def test_merge_conflict() -> None:
    """What git left in the file is called by its name."""
    found = problem("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> theirs\n")
    assert (found.code, str(found.span)) == ("merge-conflict", "f.yaml:2:1")


@pytest.mark.parametrize("escape", ["\\0", "\\e[31m", "\\x9b", "\\f", "\\uffff", "\\u0085"])
@pytest.mark.parametrize("where", ['a: "x{}y"\n', '"x{}y": a\n', '- ["x{}y"]\n'])
def test_escaped_control_character(escape: str, where: str) -> None:
    """What no page can show cannot come in as an escape either."""
    assert problem(where.format(escape)).code == "file-control-character"


def test_alias_bomb_ends_early() -> None:
    """Nine levels of nine aliases stand for hundreds of millions of values; loading stops before."""
    names = "abcdefghi"
    lines = [f"{names[0]}: &{names[0]} [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)
    ]
    found = problem("\n".join(lines))
    assert found.code == "yaml-alias-bomb"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 200 + "]" * 200,
        "{a: " * 200 + "}" * 200,
        "- " * 3000 + "x",
        "? " * 3000,
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    """No text exhausts the stack."""
    assert problem(text).code in {"yaml-too-deep", "yaml-syntax"}


def test_limit_of_depth() -> None:
    """The deepest allowed nesting loads, one level more does not."""
    loaded("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert problem("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).code == "yaml-too-deep"


@pytest.mark.parametrize(
    ("text", "value", "word"),
    [
        ("a: >-\n  one two\n  three X four\n", "one two three X four", "X"),
        ("a: >-\n  one\n\n  two\n\n\n  X\n", "one\ntwo\n\nX", "X"),
        ("a: >-\n  one\n    deeper X\n  two Y\n", "one\n  deeper X\ntwo Y", "X"),
        ("a: >-\n  one\n    deeper X\n  two Y\n", "one\n  deeper X\ntwo Y", "Y"),
        ("a: >-\n\n\n  one\n  X\n", "\n\none X", "X"),
        ("a: one\n  two\n  three X\n", "one two three X", "X"),
        ("a: one\n\n  X\n", "one\nX", "X"),
        ('a: "one\n  two\n\n  three X four"\n', "one two\nthree X four", "X"),
        ('a: "X"\n', "X", "X"),
        ("a: 'one X'\n", "one X", "X"),
        ("a: |\n  one\n  two X\n", "one\ntwo X\n", "X"),
        ("a: one X\n", "one X", "X"),
    ],
)
def test_folded_text_is_found_again(text: str, value: str, word: str) -> None:
    """A word of a text that YAML folds is traced back to the line on which it was typed."""
    document = loaded(text)
    assert document.value == {"a": value}
    start, stripped = document.index.at("a"), value.strip()
    line = stripped.count("\n", 0, stripped.index(word))
    column = stripped.index(word) - (stripped.rfind("\n", 0, stripped.index(word)) + 1)
    counted = Span("f.yaml", start.line + line, start.column + column, 1)
    assert marked(text, document.index.typed(counted, "a")) == word


def check_spans(text: str, result: Any) -> None:
    """Every span points into the text."""
    lines = text.removeprefix("\ufeff").split("\n")
    spans = [d.span for d in result.diagnostics]
    spans += [r.span for d in result.diagnostics for r in d.related]
    if result.value is not None:
        index = result.value.index
        spans += [*index._spans.values(), *index._keys.values()]
        spans += [row.span for rows in index._rows.values() for row in rows]
    for span in spans:
        assert span is not None
        assert 1 <= span.line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert span.length >= 1
        assert span.length == 1 or span.column - 1 + span.length <= len(lines[span.line - 1])


@given(st.text())
def test_any_text_is_loaded_or_explained(text: str) -> None:
    """Loading never raises, and no span points out of the text."""
    check_spans(text, load(text, "f.yaml"))


VALID = """\
id: guide  # a comment
title: "Quoted: yes"
list: [a, 'b', {c: d, "e": f}]
anchors: &x
  text: |
    first line
      more

    last
  folded: >-
    one
    two
again: *x
nested:
  - - deep
    - 12
  - key: |2-
       indented
    "other key": ~
"""
PIECES = st.sampled_from(
    ["\n", " ", "\t", ":", "- ", "[", "]", "{", "}", "'", '"', "|", ">", "&x", "*x", "#", "!", "%", "?",
     ",", "\r\n", "\r", "\u2028", "\x85", "\ufeff", "---\n", "...", "<<: *x\n", "😀", "\\", "\x00"]
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 8), PIECES), max_size=4))
def test_damaged_yaml_is_loaded_or_explained(edits: list[tuple[int, int, str]]) -> None:
    """The same of texts that are nearly YAML, which reach further into the parser."""
    text = VALID
    for at, gone, piece in edits:
        text = text[:at] + piece + text[at + gone :]
    check_spans(text, load(text, "f.yaml"))


_WORDS = st.text(
    st.sampled_from("ab1 -_.,;()[]{}&*!|>'\"%@`~?=<\\/:#\tnulltrue") | st.characters(), max_size=12
)
_VALUES = (
    _WORDS
    | st.sampled_from(["null", "true", "1.10", "[a]", "[true, a-b]", "[a, b ]"])
    | st.lists(_WORDS, max_size=3).map(lambda words: f"[{', '.join(words)}]")
)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from(["id", "tags", "x-y", "true", "a b"]) | _WORDS, _VALUES),
        max_size=3,
    ),
    st.sampled_from(["", "    ", "      "]),
    st.sampled_from(["", "", " "]),
)
def test_plain_pairs_are_what_yaml_makes_of_them(
    pairs: list[tuple[str, str]], margin: str, more: str
) -> None:
    """Pairs of words are read without YAML's parser; below them a comment, with which they are not."""
    text = "\n".join(
        f"{margin}{more * (at > 1)}{key}: {value}" for at, (key, value) in enumerate(pairs)
    )
    plain, parsed = load(text, "f.yaml", 3), load(f"{text}\n#", "f.yaml", 3)
    assert (plain.value is None) == (parsed.value is None)
    if plain.value is not None and parsed.value is not None and pairs:
        assert plain.value.value == parsed.value.value
        assert plain.value.index.parts == parsed.value.index.parts
