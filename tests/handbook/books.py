"""A book made by hand that has one of everything the handbook prints."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path
from typing import Any

from guidepress.book.model import (
    Block,
    Book,
    Brand,
    Caption,
    Card,
    Chapter,
    Column,
    DataTable,
    DeckOptions,
    Footnote,
    HandbookOptions,
    Heading,
    Image,
    IndexEntry,
    Label,
    Part,
    Profile,
    ProfileSet,
    Question,
    Roadmap,
    SheetOptions,
    Skill,
    Stage,
    Term,
)
from guidepress.cache import Cache
from guidepress.diagnostics import Span
from tests.contents import make, replace

# For books of which only the pages or the problems are looked at: most have their cover, contents and fonts in common.
# It has a folder while the tests here run.
KEPT = Cache(None)

FILLER = (
    "A server answers requests, and what it answers depends on what it has been asked before, "
    "on what it keeps, and on how long it has been told to keep it. "
)


def paragraph(line: int, text: str) -> str:
    return f'<p data-line="{line}">{text}</p>\n'


def filler(line: int, times: int = 4) -> str:
    return paragraph(line, FILLER * times)


def png(path: Path, width: int = 40, height: int = 20) -> Image:
    """A grey picture."""
    rows = b"".join(b"\0" + b"\x99" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        check = zlib.crc32(kind + body)
        data += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
    path.write_bytes(data)
    return Image(f"images/{path.name}", path, hashlib.sha256(data).hexdigest(), width, height)


def chapter(name: str, number: str, title: str, html: str, **more: Any) -> Chapter:
    file = f"source/chapters/{name}.md"
    return make(Chapter, name, file, number, title, title, html, span=Span(file, 1), **more)


def card(name: str, place: str, **more: Any) -> Card:
    values: dict[str, Any] = {
        "id": name, "kind": "basic", "origin": "card", "span": Span(f"source/chapters/{place}.md", 9),
        "front": f"What is {name}?", "back": f"<p>It is {name} itself.</p>", "anchor": f"card-{name}",
        "chapter": place,
    }  # fmt: skip
    return make(Card, **{**values, **more})


CODE = "\n".join(
    [
        '<pre class="code" data-language="python" data-line="30"><code>'
        '<span class="k">def</span> <span class="nf">answer</span>(request):',
        '    <span class="sd">"""Look it up.',
        "",
        '    Or make it."""</span>',
        f"    return {'x' * 150}",
        "</code></pre>",
    ]
)


def caching(images: dict[str, Image]) -> Chapter:
    key = next(iter(images))
    rows = "".join(
        f"<tr><td>Row {n}</td><td>{n * 1000:,}</td><td>Cell number {n}</td></tr>"
        for n in range(1, 81)
    )
    html = (
        '<section class="objectives" data-line="3"><ul><li>say what a cache keeps</li></ul></section>\n'
        + paragraph(
            5,
            'A <em class="term" data-term="cache">cache</em> keeps answers.'
            '<sup class="footnote-ref" id="fnref-caching-1"><a href="#fn-caching-1">1</a></sup> See also '
            '<a class="ref" href="#http">the protocol</a> and <a class="ref" href="#fig-cache">Figure 2.1</a>.',
        )
        + '<h2 id="caching--where" data-line="7"><span class="number">2.1</span> Where it sits</h2>\n'
        + paragraph(
            8,
            'It is <span class="index" data-index="cache!place" id="caching--index-1">somewhere</span> between; '
            'a second look<sup class="footnote-ref" id="fnref-caching-2"><a href="#fn-caching-1">1</a></sup> and a '
            'list<sup class="footnote-ref" id="fnref-caching-3"><a href="#fn-caching-2">2</a></sup>.',
        )
        + f'<figure id="fig-cache" data-line="10"><img src="{key}" alt="A grey box"><figcaption>'
        '<span class="number">Figure 2.1</span> A box</figcaption></figure>\n'
        + '<aside class="aside" data-line="12"><p>Beside the point.</p></aside>\n'
        + filler(14, 8)
        + '<div class="admonition warning" data-line="16"><p class="admonition-title">Mind the gap</p>'
        "<p>Old answers are wrong answers.</p></div>\n"
        + CODE
        + '\n<figure class="table" id="tbl-rows" data-line="40"><figcaption><span class="number">Table 2.1</span> '
        f"Many rows</figcaption><table><thead><tr><th>Name</th><th>Amount</th><th>Text</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></figure>\n"
        + '<section class="takeaways" data-line="130"><ul><li>Caches forget.</li></ul></section>\n'
    )
    return chapter(
        "caching",
        "2",
        "Caching",
        html,
        promise="Make slow things <em>fast</em>.",
        headings=(make(Heading, "caching--where", 2, "2.1", "Where it sits", "Where it sits"),),
        captions=(
            Caption("fig-cache", "figure", "2.1", "A box"),
            Caption("tbl-rows", "table", "2.1", "Many rows"),
        ),
        footnotes=(
            make(
                Footnote, "fn-caching-1", 1, "<p>The first note.</p><p>It has two paragraphs.</p>"
            ),
            make(Footnote, "fn-caching-2", 2, "<p>A note with</p><ul><li>a list</li></ul>"),
        ),
        index=(IndexEntry(("cache", "place"), "caching--index-1"),),
        cards=("cache-what", "cache-hidden"),
        references=("http", "fig-cache"),
    )


def http() -> Chapter:
    html = (
        '<div class="block" data-block="0" data-line="3"></div>\n'
        + paragraph(4, 'Requests and <a class="ref" href="#caching">answers that are kept</a>, '
                       '<span class="index" data-index="protocol" id="http--index-1">by rule</span>.')
        + filler(6, 10)
        + '<h2 id="http--status" data-line="8"><span class="number">1.1</span> Status</h2>\n'
        + filler(9, 30)
        + paragraph(11, '<span class="index" data-index="protocol" id="http--index-2">Again</span>.')
    )  # fmt: skip
    return chapter(
        "http",
        "1",
        "The Protocol",
        html,
        stage="stage-one",
        headings=(make(Heading, "http--status", 2, "1.1", "Status", "Status"),),
        blocks=(Block("stage", "stage-one", None, {"stage-stage-one": "stage-stage-one"}),),
        index=(
            IndexEntry(("protocol",), "http--index-1"),
            IndexEntry(("protocol",), "http--index-2"),
        ),
        cards=("http-what",),
    )


def records() -> Chapter:
    kinds = (
        ("roadmap", "", {"stage-stage-two": "stage-stage-two"}),
        ("skills", "skill", {"skill-sql": "skill-sql"}),
        ("data", "pay", {"data-pay": "data-pay"}),
        ("profiles", "towns", {"profiles-towns": "profiles-towns", "profile-ulm": "profile-ulm"}),
        ("faq", "", {"faq-why": "faq-why"}),
    )
    html = "".join(
        f'<h2 id="records--{n}" data-line="{n * 4}"><span class="number">3.{n + 1}</span> About {kind}</h2>'
        f'<div class="block" data-block="{n}" data-line="{n * 4 + 1}"></div>\n'
        for n, (kind, _, _) in enumerate(kinds)
    )
    blocks = tuple(
        Block(kind, argument, Span("source/chapters/records.md", n * 4 + 1), anchors)  # type: ignore[arg-type]
        for n, (kind, argument, anchors) in enumerate(kinds)
    )
    headings = tuple(
        make(Heading, f"records--{n}", 2, f"3.{n + 1}", f"About {kind}", f"About {kind}")
        for n, (kind, _, _) in enumerate(kinds)
    )
    return chapter("records", "3", "Records", html, blocks=blocks, headings=headings)


def book(folder: Path, **more: Any) -> Book:
    """The whole book; `folder` takes its picture."""
    picture = png(folder / "box.png")
    images = {picture.key: picture}
    cards = (
        card("http-what", "http"),
        card("cache-what", "caching", extra="<p>Something extra.</p>"),
        card("cache-hidden", "caching", kind="cloze", front="", back="",
             text='<p>A cache keeps <mark class="cloze" data-cloze="1">answers</mark>.</p>'),
        card("faq-why", "records", origin="faq", front="Why?", back="Because."),
    )  # fmt: skip
    anchors = {
        "http": "chapter", "caching": "chapter", "records": "chapter", "fig-cache": "figure",
        "stage-stage-one": "stage", "stage-stage-two": "stage", "skill-sql": "skill",
        "faq-why": "question", "data-pay": "data", "profiles-towns": "profiles",
    }  # fmt: skip
    stages = (
        make(Stage, "stage-one", 1, "Beginnings", "Know the rules.", ("say what a request is",), (), 10,
              ("methods",), ("send a request",), "http"),
        make(Stage, "stage-two", 2, "Speed", "", ("make it fast",), ("stage-one",), 25, ("caches",), (), ""),
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": "sample", "title": "A Sample Handbook", "subtitle": "With one of everything",
        "edition": "1.0", "language": "en", "authors": ("Ada Byron",), "publisher": "The Press",
        "description": "What it is about.", "keywords": ("servers",), "licence": "CC BY 4.0", "date": "",
        "brand": Brand(), "handbook": HandbookOptions(), "deck": make(DeckOptions, "Sample"), "sheets": SheetOptions(),
        "front": (chapter("preface", "", "Preface", filler(1)),),
        "parts": (
            make(Part, "basics", "I", "Basics", "<p>What to know first.</p>", (http(), caching(images))),
            make(Part, "lists", "II", "Lists", "", (records(),)),
        ),
        "back": (chapter("end", "", "The End", filler(1, 1)),),
        "roadmap": make(Roadmap, "The way", "<p>Two stages.</p>", stages),
        "skills": (
            make(Skill, "sql", "SQL", "skill", "core", "Ask for data.", "<p>With queries.</p>", ("stage-one",)),
        ),
        "questions": (make(Question, "why", "Why at all?", "<p>To have an answer.</p>"),),
        "terms": (
            make(Term, "cache", "cache", "", "A store of answers.", ("buffer",), ("sql-term",)),
            make(Term, "sql-term", "SQL", "Structured Query Language", "A language for queries.", (), ()),
        ),
        "tables": (
            make(DataTable, "pay", "3.1", "What is paid", (Column("town", "Town", "text", ""),
                      Column("low", "From", "money", "EUR"), Column("high", "To", "money", "EUR")),
                      (("Ulm", "10", "30"), ("Bonn", "20", "40")),
                      ((None, 10.0, 30.0), (None, 20.0, 40.0)), "2025", "A survey.", "Roughly."),
        ),
        "profiles": (
            make(ProfileSet, "towns", "Towns", "<p>Places to be.</p>", (
                make(Profile, "ulm", "Ulm", "Germany", "A town with a tall tower.", (("Height", "161 m"),)),
            ), "2025", "A look."),
        ),
        "cards": cards,
        "labels": {name: Label(name, kind, name, name) for name, kind in anchors.items()},  # type: ignore[arg-type]
        "images": images,
    }  # fmt: skip
    return make(Book, **{**values, **more})


def with_chapter(base: Book, html: str, **more: Any) -> Book:
    """The book with nothing but one chapter of this HTML."""
    return _with(base, (chapter("only", "1", "Only", html, **more),))


def with_chapters(base: Book, htmls: list[str]) -> Book:
    """The book with nothing but chapters of these HTMLs."""
    numbered = enumerate(htmls, 1)
    return _with(base, tuple(chapter(f"c{n}", str(n), f"No. {n}", html) for n, html in numbered))


def _with(base: Book, chapters: tuple[Chapter, ...]) -> Book:
    return replace(
        base,
        front=(),
        parts=(make(Part, "part", "I", "Part", "", chapters),),
        back=(),
        roadmap=None,
        skills=(),
        questions=(),
        terms=(),
        tables=(),
        profiles=(),
        cards=(),
        labels={c.id: Label(c.id, "chapter", c.id, c.title, c.number) for c in chapters},
    )
