"""A deck is safe to import, whatever strangers wrote into the guide or the layout."""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.deck.books import FIRST, basic, book, codes, pressed, problems, templates
from tests.hostile import PAYLOADS, dangers, infest, style_dangers
from tests.project import Project, words_in

from guidepress import confinement
from guidepress.deck import occlusion
from guidepress.deck.citation import Citations
from guidepress.deck.lock import AdoptedLock, Lock
from guidepress.deck.notes import SEPARATOR
from guidepress.deck.press import Deck, plan
from guidepress.deck.safety import unsafe_field, unsafe_style, unsafe_template
from guidepress.deck.templates import PARTS, Templates


def parts_of(deck: Deck) -> tuple[list[list[str]], list[dict[str, object]], list[str], list[str]]:
    """The fields of notes, the note types, the descriptions of decks, and the members of an archive."""
    with zipfile.ZipFile(io.BytesIO(deck.apkg)) as archive:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
        names = [*archive.namelist(), *json.loads(archive.read("media")).values()]
    fields = [row.split("\x1f") for (row,) in connection.execute("SELECT flds FROM notes")]
    models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
    connection.close()
    described = [str(one.get("desc", "")) for one in json.loads(decks).values()]
    return fields, list(json.loads(models).values()), described, names


def check_deck(deck: Deck) -> None:
    fields, models, described, names = parts_of(deck)
    for field in (value for row in fields for value in row):
        assert dangers(field) == [], field
    for text in described:
        assert dangers(text) == [], text
    for model in models:
        assert style_dangers(str(model["css"])) == []
        for template in model["tmpls"]:  # type: ignore[attr-defined]
            for side in (template["qfmt"], template["afmt"]):
                assert dangers(side, template=True) == [], side
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name), name
        assert ".." not in name


@settings(max_examples=10, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_payload_reaches_a_field(chance: random.Random) -> None:
    """HTML, CSS and TeX behind every text of a guide with every block; errors of the source left aside."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "guide", "full")
        infest(project.source, chance)
        made = project.compile().value
    if made is None:
        return
    planned = plan(made, None, templates(), released=FIRST)
    # A formula that is an error already, and in a guide that was adopted no more than a warning.
    refused = [one for one in planned.problems if one.code == "card-unsafe"]
    assert all(re.search(r"`\\\w+` may not stand", one.message) for one in refused), refused
    spans = {one.span for one in refused}
    citations = Citations(made, {}, words_in())
    for one in planned.notes:
        if one.note.span in spans:
            continue
        source = citations.of(one.note.chapter, one.note.anchor)
        for field in one.note.fields(source).split(SEPARATOR):
            assert dangers(field) == [], field
            assert unsafe_field(field) is None
    deck = planned.press({}).value
    if deck is not None:
        check_deck(deck)


IN_TEMPLATES = (
    "{{Front}}", "{{Text}}", "<b>", "</b>", '<a href="{{Front}}">', "<a href={{Tags}}>", "<p ", ">", "'", '"',
    '<p title="{{=hint}}" class="{{Tags}}">', "<style>", "</style>", "@import 'x';", "url(//evil.example/x)",
    ".a { background: url('https://evil.example') }", "@\\69mport 'x';", "\\75rl(x:y)", "a { src: url(_f.woff) }",
    "<!--", "-->", "<br/>", "<hr id=answer>", "<p style='background: url(http://x)'>", "image-set('http://x' 1x)",
    "{", "}", "/*", "*/",
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.sampled_from([*PARTS]),
    st.lists(
        st.sampled_from([*PAYLOADS, *IN_TEMPLATES]),
        min_size=1,
        max_size=4,
    ).map("".join),
)  # fmt: skip
@example("style", "</style><script>alert(1)</script>")
@example("basic_front", "<script>alert(1)</script>{{Front}}")
@example("basic_front", r"&#92;(\href{javascript:1}{x}&#92;)")
def test_a_template_is_refused_or_safe(part: str, text: str) -> None:
    ours = templates()
    changed = Templates(
        **{name: getattr(ours, name) for name in PARTS} | {part: text}, words=ours.words
    )
    planned = plan(book(basic("a")), None, changed, released=FIRST)
    if "deck-template-unsafe" in [one.code for one in planned.problems]:
        return
    if part == "style":
        assert style_dangers(text) == []
    else:
        assert dangers(text.replace("{{=hint}}", "Hint"), template=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{#Hint}}<details class=hint><summary>{{=hint}}</summary>{{Hint}}</details>{{/Hint}}",
        '<hr id=answer><div class="x {{Tags}}" style="color: #333; background: url(_b.png)">{{Front}}</div>',
        "<!-- the question --><br/><IMG src='_logo.png' alt=\"Logo\"><a href='https://example.org/?q={{CardKey}}'>x</a>",
        r"\(x^2\) {{cloze:Text}}",
    ],
)
def test_what_a_template_may_have(text: str) -> None:
    assert unsafe_template(text) is None


def test_what_a_style_sheet_may_have() -> None:
    style = """@media (width < 30em) { .a > .b { color: red } }
    @font-face { font-family: x; src: url("_x.woff2") }
    .c { background: url(data:image/png;base64,AA) } .d { fill: url(#e) }"""
    assert unsafe_style(style) is None


def test_words_of_a_brand_do_not_leave_their_places() -> None:
    """Neither the tag that they stand in, nor as a formula or a sound."""
    ours = templates()
    words = words_in(
        "en", {"hint": '" onclick="alert(1)', "report": r"\(\href{javascript:1}{x}\)[sound:x]"}
    )
    front = '<p title="{{=hint}}">{{=report}}</p>{{Front}}'
    changed = Templates(
        **{n: getattr(ours, n) for n in PARTS} | {"basic_front": front}, words=words
    )
    deck, _ = pressed(book(basic("a")), layout=changed)
    check_deck(deck)
    assert "[sound:" not in json.dumps(parts_of(deck)[1])


def test_a_source_line_cannot_leave_the_address_for_reports() -> None:
    """Anki writes `{{text:Source}}` into an attribute without escaping it (rslib, `strip_html` decodes entities)."""
    from tests.contents import replace
    from tests.deck.books import chapter, part

    made = book(
        basic("a", chapter="who"),
        parts=(
            part(
                "p",
                chapter(
                    "who", "", 'Who" onmouseover="alert(1) &quot; \\(\\href{javascript:1}{x}\\)'
                ),
            ),
        ),
    )
    made = replace(made, deck=replace(made.deck, report="https://example.org/?c={card}&s={source}"))
    deck, _ = pressed(made)
    (fields,) = parts_of(deck)[0]
    (source,) = [value for value in fields if "Who" in value]
    assert '"' not in source
    assert "&quot;" not in source.replace("&amp;quot;", "")
    check_deck(deck)


def adopted(css: str = "", front: str = "{{F}}", id: int = 1500000000000) -> Lock:
    model = {
        "id": id, "name": "Theirs", "css": css, "flds": [{"name": "F", "ord": 0}],
        "tmpls": [{"name": "C", "qfmt": front, "afmt": "{{F}}", "ord": 0}],
    }  # fmt: skip
    return Lock(
        "test-guide",
        FIRST,
        adopted={id: AdoptedLock(id, FIRST, "basic", "F", "F", json.dumps(model))},
    )


@pytest.mark.parametrize(
    "changes",
    [{"css": "@import url(https://evil.example)"}, {"front": "{{F}}<script>x()</script>"}],
)
def test_a_note_type_that_came_along_is_told_of(
    changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Learners have it so: a warning. An error where the guide is a stranger's."""
    assert codes(problems(book(basic("a")), adopted())) == []
    trusted = problems(book(basic("a")), adopted(**changes))
    assert (codes(trusted), trusted.failed) == (["adopted-type-unsafe"], False)
    monkeypatch.setattr(confinement, "_confined", True)
    assert problems(book(basic("a")), adopted(**changes)).failed


def test_the_one_script_is_anki_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The note type for pictures may have it; one that only takes its id may not."""
    id_ = occlusion.occlusion_type_id("test-guide")
    assert codes(problems(book(basic("a")), adopted(front=occlusion.SIDES[0][0], id=id_))) == [
        "adopted-type-unsafe"
    ]


@pytest.mark.parametrize(
    "name",
    ["pic one.png", "Ünï.PNG", "..png.png", "con.png", "a" * 90 + ".png", "=1+1.png", "-rf.png"],
)
def test_names_of_media_are_plain(name: str, tmp_path: Path) -> None:
    from tests.deck.books import image, png

    key = unicodedata.normalize("NFC", f"images/{name}")
    shown = basic("a", back=f'<p><img src="{key}" alt="x"></p>')
    deck, _ = pressed(book(shown, images={key: image(key, png(tmp_path / "x.png"))}))
    check_deck(deck)
