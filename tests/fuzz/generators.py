"""Four ways to write a source that nobody would write; each gives the name of a file of a guide, and its bytes.

Damaged bytes, lines and tokens are taken from the corpus: the guides and fixtures of the tests, and `corpus/`, where
what once was hard is kept. The grammar nests blocks, marks and values that belong together.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.markdown.cases import all_cases
from tests.project import GUIDES

Input = tuple[str, bytes]

HERE = Path(__file__).parent
CHAPTER = "chapters/one.md"
# A file of the corpus by the file of a guide that it stands for.
RECORDS = (
    "guide.yaml", "brand.yaml", "roadmap.yaml", "skills.yaml", "faq.yaml", "glossary.yaml", "data/temperatures.yaml",
    "data/regions.yaml", "deck.lock", "images/pot.svg",
)  # fmt: skip
_TOKEN = re.compile(r"\w+|[^\w\s]+|\s+")
_LONGEST = 1500
_SIGNS = st.sampled_from(
    ["\0", "\xff", "\u202e", "\u2028", "\ufeff", "\r", "\t", "&", "*", "<", "{", "}", "[", "]", "(", "|", "`", "\\",
    "'",
     '"', ":", "#", "- ", "/// ", "///\n", "---\n", "!", "==", "$", "%", "é", "😀", "\n", "\n\n", "    ", "0",
     "null", "~",
     "[" * 60, "> " * 60, "- " * 60, "<b>" * 60, "{{", "}}", "&#27;", "&#xD800;", "\ud800"]
)  # fmt: skip


@cache
def corpus() -> dict[str, list[bytes]]:
    """What is damaged, by the name of the file of a guide that it stands for."""
    full = GUIDES / "full/source"
    found: dict[str, list[bytes]] = {
        CHAPTER: [case.source.encode(errors="replace") for case in all_cases()]
    }
    found[CHAPTER] += [path.read_bytes() for path in sorted((full / "chapters").glob("*.md"))]
    found["guide.yaml"] = [(GUIDES / "minimal/source/guide.yaml").read_bytes(), _GUIDE]
    found["deck.lock"] = [_LOCK]
    for name in RECORDS:
        if name not in found:
            found[name] = [(full / name).read_bytes()]
    for path in sorted((HERE / "corpus").iterdir()):
        kept = [name for name in found if path.name.endswith(Path(name).suffix)]
        for name in kept[:1] if path.suffix == ".md" else kept:
            found[name].append(path.read_bytes())
    return found


_GUIDE = b"""\
id: tea
title: The *Tea* Handbook
edition: "2"
language: en
authors: [Ada Brewer]
contents: {parts: [{title: Leaves, id: leaves, summary: See [](#one)., chapters: [{file: chapters/one.md, id: one}]}]}
products: {handbook: {page: A5}, deck: {name: Tea, description: The cards.}, cards: {sheet: A4, card: A7}}
editions: {school: {title: At School, brand: brand.yaml}}
"""
_LOCK = b"""\
# Every card's permanent identity. `guidepress build` keeps this file; commit it with the source.
format 1
guide minimal
released 1764547200
"""


# Strategies are made once: to make and validate them for each input took a tenth of the time.
@cache
def _texts(name: str) -> st.SearchStrategy[bytes]:
    return st.sampled_from(corpus()[name])


@cache
def _seed(name: str) -> st.SearchStrategy[Input]:
    return st.tuples(st.just(name), _texts(name))


# A file of the corpus; every second one is a chapter.
_SEEDS = st.one_of(st.just(CHAPTER), st.sampled_from(RECORDS)).flatmap(_seed)
_MORE = st.one_of(st.binary(max_size=3), _SIGNS.map(lambda sign: _encoded(sign)))
_YAML = st.sampled_from([one for one in RECORDS if one.endswith(".yaml")])
_INDENTS = st.sampled_from([b"", b"  ", b"    ", b"> ", b"- ", b"\t"])


@st.composite
def damaged_bytes(draw: st.DrawFn) -> Input:
    """A file with bytes gone, changed, doubled or put in, and perhaps cut off."""
    name, data = draw(_SEEDS)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 8))
        more = draw(_MORE)
        data = data[:at] + more + data[at + gone :]
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, len(data)))]
    return name, data[:_LONGEST]


@st.composite
def mixed_lines(draw: st.DrawFn) -> Input:
    """Lines of files of one kind, in any order, indented anew."""
    name, data = draw(_SEEDS)
    lines = data.splitlines(keepends=True)
    other = draw(_texts(name)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(lines)))
        taken = draw(st.sampled_from(other or [b"\n"]))
        gone = draw(st.integers(0, 2))
        lines[at : at + gone] = [draw(_INDENTS) + taken]
    return name, b"".join(lines)[:_LONGEST]


@st.composite
def mixed_tokens(draw: st.DrawFn) -> Input:
    """Words and signs of a file exchanged for those of others."""
    name, data = draw(_SEEDS)
    tokens = _TOKEN.findall(data.decode(errors="replace"))
    other = _TOKEN.findall(draw(_texts(name)).decode(errors="replace")) or ["x"]
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(tokens)))
        piece = draw(st.one_of(_SIGNS, st.sampled_from(other)))
        tokens[at : at + draw(st.integers(0, 2))] = [piece]
    return name, _encoded("".join(tokens))[:_LONGEST]


_WORDS = st.sampled_from([
    "word", "a", "tea", "[](#one)", "[x](#gone)", "[^1]", "é😀", "https://example.org", "1", "\\(x\\)",
    "\\(\\frac{a}{b}\\)"])  # fmt: skip
_MARKS = (
    "*{}*", "**{}**", "`{}`", "=={}==", "~~{}~~", "[{}](#one)", "<b>{}</b>", "![{}](../images/pot.svg)",
    "{}{{: .x #y }}", "\\({}\\)", '"{}"')  # fmt: skip
_INLINE = st.recursive(
    _WORDS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(_MARKS), inner).map(lambda pair: pair[0].format(pair[1])),
        st.tuples(inner, inner).map(" ".join),
    ),
    max_leaves=6,
)
_FRAMES = (
    "> {}", "- {}", "1. {}", "/// note\n\n{}\n///", "/// exercise | {0}\n\n{0}\n///", "/// aside\n\n{}\n///",
    "/// card | {0}\n    id: a\n\n{0}\n\n//// extra\n{0}\n////\n///", "/// cloze\n    id: b\n\n=={}==\n///",
    "/// details | x\n\n{}\n///", "/// figure | {}\n\n![x](../images/pot.svg)\n///", "/// objectives\n\n- {}\n///",
    "/// table | T\n\n| a |\n|---|\n| {} |\n///", "```python\n{}\n```", "## {}", "[^1]: {}", "x\n:   {}",
    "<div>\n\n{}\n\n</div>",
    "/// statements\n    id: c\n\n- [x] {0}\n\n    {0}\n///", "/// data | temperatures\n///\n\n{}",
    "!!! note\n    {}",
)  # fmt: skip


def _nested(text: str, frame: str) -> str:
    """A block in another, whose lines keep the marker of that one."""
    if frame.startswith(("> ", "- ", "1. ", "!!!", "x\n", "[^1]")):
        return frame.format(text.replace("\n", "\n> " if frame[0] == ">" else "\n    "))
    return frame.format(text.replace("///", "////") if frame.startswith("///") else text)


_BLOCKS = st.recursive(
    _INLINE,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(_FRAMES)).map(lambda pair: _nested(*pair)),
        st.tuples(inner, inner).map("\n\n".join),
    ),
    max_leaves=8,
)
_VALUES = st.recursive(
    st.one_of(
        st.sampled_from(["x", "true", "0x1", "1e9", "~", "''", "2024-01-01", "&a x", "*a",
        "!!python/object:os.system x", "<<", "|", '"\\u202e"']),
        _INLINE.map(lambda text: "'" + text.replace("'", "''") + "'"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: f"[{', '.join(values)}]"),
        st.lists(st.tuples(st.sampled_from(["id", "title", "front", "cards", "x", "<<", "questions"]), inner),
        max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=6,
)  # fmt: skip
_KEY = re.compile(rb"(?m)^([ -]*[\w-]+): .*$")


@st.composite
def by_grammar(draw: st.DrawFn) -> Input:
    """A chapter of blocks in blocks, or a file of records with values in values."""
    if draw(st.booleans()):
        return CHAPTER, _encoded(f"# One\n\n{draw(_BLOCKS)}\n")[:_LONGEST]
    name = draw(_YAML)
    data = corpus()[name][0]
    keys = [match.span(0) for match in _KEY.finditer(data)]
    start, end = draw(st.sampled_from(keys))
    key = data[start:end].partition(b":")[0]
    return name, data[:start] + key + b": " + _encoded(draw(_VALUES)) + data[end:]


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


GENERATORS = {
    "bytes": damaged_bytes(),
    "lines": mixed_lines(),
    "tokens": mixed_tokens(),
    "grammar": by_grammar(),
}
