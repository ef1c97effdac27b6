"""Typographic marks, by language, in prose and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.contents import content

from guidepress.content import Content, Node, Text
from guidepress.content.marks import folded, marks_of
from guidepress.content.typography import typed, typed_content, typed_line, typography
from guidepress.content.walk import line, text, trimmed
from guidepress.deck.field import canonical, field_of

LANGUAGES = (
    "en",
    "de",
    "de-CH",
    "fr",
    "fr-CA",
    "es",
    "hi",
    "ar",
    "zh-Hans",
    "ja",
    "he",
    "pl",
    "sv",
    "ru",
)
# What marks are made of and stand beside.
PROSE = st.text(
    st.sampled_from("\"\"''' -–—.…,;:!?()[]/=ab é5%€«»“”„‘’\n你あא\u00a0\u202f"), max_size=24
)


@pytest.mark.parametrize(
    ("language", "typewritten", "set_"),
    [
        ("en", "\"It's\"", "“It’s”"),
        ("en", "He said \"it's 'fine'\".", "He said “it’s ‘fine’”."),
        ("en", "Anna's and the users' data", "Anna’s and the users’ data"),
        ("en", "the '90s, rock 'n' roll, 'tis", "the ’90s, rock ’n’ roll, ’tis"),
        ("en", '("x"), a/"b", ["c"]', "(“x”), a/“b”, [“c”]"),
        ("en", '"1", "2"; "3"', "“1”, “2”; “3”"),
        ("en", 'a 5" pipe of 6\'2"', "a 5″ pipe of 6′2″"),
        ("de-CH", "1'000'000 Franken, 6'2\"", "1’000’000 Franken, 6′2″"),
        ("en", 'nothing is "" or \'\' here', 'nothing is "" or \'\' here'),
        ("en", "one -- two--three --- four", "one\u00a0– two—three\u00a0— four"),
        ("en", "pages 10--20", "pages 10–20"),
        ("en", "run it with --all, i--, a-->b", "run it with --all, i--, a-->b"),
        ("en", '"Wait--" he said', "“Wait—” he said"),
        ("en", "and so on... or ....", "and so on… or …."),
        ("en", "../x, .../y, 1...5", "../x, .../y, 1...5"),
        ("en", "5 MB, 20 ms, 7 %, € 9", "5\u00a0MB, 20\u00a0ms, 7\u00a0%, €\u00a09"),
        ("en", "5 members in 2 states", "5 members in 2 states"),
        ("en", '"https://x.org/a\'b--c" www.x.org/a...b', "“https://x.org/a'b--c” www.x.org/a...b"),
        ("de", "\"Das ist 'gut'\", so Hans' Bruder.", "„Das ist ‚gut‘“, so Hans’ Bruder."),
        ("de", "Wie geht's? 's war Berlin--Hamburg", "Wie geht’s? ’s war Berlin–Hamburg"),
        ("de-AT", '"ja" -- nein', "„ja“\u00a0– nein"),
        ("de-CH", "\"ja 'und'\"", "«ja ‹und›»"),
        ("fr", '"L\'eau"!', "«\u202fL’eau\u202f»\u202f!"),
        ("fr", "Quoi ? Oui: non; si !", "Quoi\u202f? Oui\u00a0: non\u202f; si\u202f!"),
        ("fr", '« a "b" c » et «d»', "«\u202fa “b” c\u202f» et «\u202fd\u202f»"),
        ("fr", "à 12:30 sur http://x.fr, a:b", "à 12:30 sur http://x.fr, a:b"),
        ("fr-CA", '"Oui"!', "«\u00a0Oui\u00a0»!"),
        ("es", "¿\"Qué 'es'\"? -- Sí", "¿«Qué ‘es’»?\u00a0— Sí"),
        ("hi", '"हिन्दी" भाषा', "“हिन्दी” भाषा"),
        ("ar", 'قال "مرحبا"...', "قال «مرحبا»…"),
        ("zh-Hans", '他说"你好"。\'一\'--二...', "他说“你好”。‘一’——二……"),
        ("zh-TW", '他說"你好"。', "他說「你好」。"),
        ("ja", '彼は"はい"と', "彼は「はい」と"),
        ("he", 'ארה"ב "שלום"', "ארה״ב ”שלום”"),
        ("nl", "'s Avonds \"laat\"", "’s Avonds “laat”"),
        ("xx", '"a"', "“a”"),
        ("", '"a" -- b...', '"a" -- b...'),
    ],
)  # fmt: skip
def test_marks_of_a_language(language: str, typewritten: str, set_: str) -> None:
    assert typography(language).text(typewritten) == set_


@pytest.mark.parametrize(
    ("typewritten", "set_"),
    [
        ('<p>"<em>word</em>"</p>', "<p>“<em>word</em>”</p>"),
        ('<p><em>"a</em> b"</p>', "<p><em>“a</em> b”</p>"),
        ('<p>"<code>x</code>"</p>', "<p>“<code>x</code>”</p>"),
        ("<p><code>f</code>'s</p>", "<p><code>f</code>’s</p>"),
        ('<p>"a"<br>"b"</p>', "<p>“a”<br>“b”</p>"),
        (
            '<p>"a<sup class="footnote-ref"><a href="#n">1</a></sup>"</p>',
            '<p>“a<sup class="footnote-ref"><a href="#n">1</a></sup>”</p>',
        ),
        ('<ul><li>"a</li><li>"b"</li></ul>', "<ul><li>“a</li><li>“b”</li></ul>"),
        (
            '<p>it\'s <span class="math" data-tex="f\'">f\'</span></p>',
            '<p>it’s <span class="math" data-tex="f\'">f\'</span></p>',
        ),
        ("<p title=\"it's\">it's</p>", '<p title="it\'s">it’s</p>'),
        ('<p>"a <span lang="de">"b"</span>"</p>', '<p>“a <span lang="de">„b“</span>”</p>'),
        ('<p lang="fr">non!</p><p>"no!"</p>', '<p lang="fr">non\u202f!</p><p>“no!”</p>'),
        ('<p>a <span lang="de">"b"</span> c</p>', '<p>a <span lang="de">„b“</span> c</p>'),
        ("<p>-<em>-</em> a -<em>- </em>b</p>", "<p>-<em>-</em> a -<em>- </em>b</p>"),
    ],
)
def test_marks_across_a_sentence(typewritten: str, set_: str) -> None:
    """A quotation may begin in one element and end in another, but not in another block."""
    assert typography("en").content(content(typewritten)).html == set_


@pytest.mark.parametrize("name", ["code", "kbd", "pre", "samp", "var"])
def test_no_marks_in_code(name: str) -> None:
    written = content(f'<p>so <{name}>"it\'s" -- a... 5 MB</{name}></p>')
    assert typography("en").content(written) is written


def test_what_does_not_change_is_shared() -> None:
    before = content("<p>plain</p><p>it's</p>")
    after = typography("en").content(before)
    assert after.nodes[0] is before.nodes[0]
    assert after.nodes[1] is not before.nodes[1]
    assert typed_content(after) == before
    assert typed_content(before) is before


def test_a_text_remembers_what_was_typed() -> None:
    """Through trimming and joining too."""
    (set_,) = typography("en").nodes((Text(" it's "),))
    assert set_ == Text(" it’s ", " it's ")
    assert trimmed((set_, Text("so ")))[0] == Text("it’s so", "it's so")


@given(st.sampled_from(LANGUAGES), PROSE)
def test_marks_change_nothing_else(language: str, prose: str) -> None:
    """What is left without its marks is the same, and setting them once more changes nothing that counts."""
    once = typography(language).text(prose)
    assert canonical(once) == canonical(prose)
    assert canonical(typography(language).text(once)) == canonical(prose)


@example(language="de-CH", pieces=[("", 'あ" 5')])
@given(
    st.sampled_from(LANGUAGES), st.lists(st.tuples(st.sampled_from(["", "em", "code", "p"]), PROSE))
)
def test_marks_in_a_tree_change_nothing_else(
    language: str, pieces: list[tuple[str, str]]
) -> None:  # fmt: skip
    """The tree can be had back as it was typed, and counts as the same content of a field."""
    escaped = [(n, t.replace("<", "&lt;").replace("&", "&amp;")) for n, t in pieces]
    before = content("".join(f"<{n}>{t}</{n}>" if n else t for n, t in escaped))
    after = typography(language).content(before)
    assert text(typed(after.nodes)) == text(before.nodes)
    assert typed_line(after.nodes) == line(typed(after.nodes)) == line(before.nodes)

    def field(one: Content) -> str:
        return canonical(field_of(one, {}).html)

    assert field(after) == field(before)
    code = [code_of(before.nodes), code_of(after.nodes)]
    assert code[0] == code[1]


def code_of(nodes: tuple[Node, ...]) -> list[str]:
    return [text(n.children) for n in nodes if not isinstance(n, Text) and n.name == "code"]


def test_text_without_its_marks() -> None:
    assert folded("«\u202fL’eau\u202f» – 5\u00a0MB… „x“\u202f!") == '"L\'eau" -- 5 MB... "x"!'
    assert folded("a - b: c") == "a - b: c"


def test_a_language_has_the_marks_of_what_it_is_a_variety_of() -> None:
    assert marks_of("fr-BE") is marks_of("fr")
    assert marks_of("zh-Hant-TW") is marks_of("zh-Hant")
    assert marks_of("de-CH-1996") is marks_of("de-CH")
