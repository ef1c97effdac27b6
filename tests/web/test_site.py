"""The pages: whole, linked, quiet; what they say is what the guide says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html
from tests.project import Project
from tests.web.conftest import Site

from guidepress.content import Formula, Gap, Node, NoteCall, Text, walk
from guidepress.layouts.colours import contrast


def words_of(page: str) -> str:
    """All words of a page, without what is between them."""
    return "".join(html.fromstring(page).text_content().split())


def texts_of(nodes: Sequence[Node], left_out: tuple[type, ...]) -> Iterator[str]:
    """The texts of a tree, but for those in some kinds of nodes."""
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif not isinstance(node, left_out):
            yield from texts_of(node.children, left_out)


def ids(page: str) -> list[str]:
    return [str(one) for one in html.fromstring(page).xpath("//@id")]


def test_every_link_leads_somewhere(site: Site) -> None:
    """To a page, to a place on it, to a picture; nothing that is loaded comes from elsewhere."""
    pages = site.pages
    assert "index.html" in pages
    assert "cards.html" in pages
    for name, page in pages.items():
        tree = html.fromstring(page)
        for link in tree.xpath("//a/@href"):
            if re.match(r"(https?|mailto):", link):
                continue
            file, _, anchor = unquote(link).partition("#")
            assert (file or name) in pages, f"{name}: {link}"
            assert not anchor or anchor in ids(pages[file or name]), f"{name}: {link}"
        for source in tree.xpath("//img/@src | //script/@src | //link/@href"):
            assert (site.web / source).is_file(), f"{name}: {source}"
            assert not re.match(r"\w+:|//", source)
    for sheet in ("style.css", "script.js", "search.js"):
        text = (site.web / sheet).read_text()
        assert "@import" not in text
        assert not re.search(
            r"url\(|fetch\(|XMLHttp|sendBeacon|import\(", text.partition("self.guide=")[0]
        )


def test_ids_are_unique_and_headings_in_order(site: Site) -> None:
    for name, page in site.pages.items():
        assert [one for one, count in Counter(ids(page)).items() if count > 1] == [], name
        tree = html.fromstring(page)
        levels = [int(h.tag[1]) for h in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1
        assert levels[0] == 1
        for picture in tree.iter("img"):
            assert picture.get("alt") is not None


def test_every_word_of_the_guide_is_on_its_page(site: Site) -> None:
    book = site.book()
    for chapter in book.chapters():
        seen = words_of(site.pages[f"{chapter.id}.html"])
        notes = (note.content for note in chapter.footnotes)
        texts = (chapter.body, chapter.title_html, chapter.promise, *notes)
        # A formula is a picture, and a call of a note a number.
        left_out = (Formula, NoteCall)
        said = {
            word
            for content in texts
            for text in texts_of(content.nodes, left_out)
            for word in text.split()
        }
        missing = {word for word in said if word not in seen}
        assert not missing, chapter.id


def test_every_card_can_be_turned(site: Site) -> None:
    """On its chapter's page and on the page of all cards; of a cloze card, the question hides what the answer shows."""
    book = site.book()
    every = html.fromstring(site.pages["cards.html"])
    chapters = {id_ for chapter in book.chapters() for id_ in chapter.cards}
    cards = [card for card in book.cards if card.id in chapters]
    assert len(every.xpath("//details[@class='card']")) == len(cards) > 0
    texts = [
        (
            " ".join(d.find("summary").text_content().split()),
            " ".join(d.find("div").text_content().split()),
        )
        for d in every.xpath("//details[@class='card']")
    ]
    for card in cards:
        gaps = [one for one in walk.elements(card.text.nodes) if isinstance(one, Gap)]
        if card.kind == "cloze" and not any(
            isinstance(one, Formula) for one in walk.elements(card.text.nodes)
        ):
            question = next(q for q, a in texts if a.startswith(card.text.words))
            assert question.count("[") >= len(gaps) > 0


def test_the_search_knows_every_section(site: Site) -> None:
    """With the words of the section, and none of the next one."""
    text = (site.web / "search.js").read_text()
    entries = json.loads(text.removeprefix("self.guide=").removesuffix(";\n"))
    book = site.book()
    places = {entry[0] for entry in entries}
    for chapter in book.chapters():
        for heading in chapter.headings:
            if heading.level <= 3:
                assert f"{chapter.id}.html#{heading.anchor}" in places
    for href, _, _, words in entries:
        file, _, anchor = href.partition("#")
        page = html.fromstring(site.pages[file])
        assert not anchor or page.get_element_by_id(anchor) is not None
        seen = words_of(site.pages[file])
        assert not {word for word in words.split() if word not in seen}


def test_off_unless_asked_for(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide")
    assert project.build("--only", "web", "--only", "epub", "--jobs", "1").status == 0
    assert not (project.folder / "build" / "web").exists()
    assert set(project.artifacts) == {"manifest.json"}


def test_pages_that_are_gone_go(tmp_path: Path) -> None:
    """And what stands is in the manifest, with its folder; files of the user's own stay."""
    site = Site(tmp_path / "guide", "minimal")
    site.make()
    (site.web / "own.txt").write_text("mine")
    assert (site.web / "one.html").is_file()
    (site.source / "chapters" / "one.md").rename(site.source / "chapters" / "two.md")
    site.edit("guide.yaml", "chapters/one.md", "chapters/two.md")
    site.make()
    assert not (site.web / "one.html").exists()
    assert (site.web / "two.html").is_file()
    assert (site.web / "own.txt").read_text() == "mine"
    listed = json.loads((site.folder / "build" / "manifest.json").read_text())["artifacts"]
    assert {name for name in listed if name.startswith("web/")} == {
        f"web/{path.relative_to(site.web).as_posix()}"
        for path in site.web.rglob("*")
        if path.is_file() and path.name != "own.txt"
    }


def test_the_same_bytes_every_time(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "elsewhere")
    other.make("--no-cache")
    for path in sorted(site.web.rglob("*")):
        if path.is_file():
            assert (other.web / path.relative_to(site.web)).read_bytes() == path.read_bytes()
    assert other.artifacts["book.epub"] == site.artifacts["book.epub"]


def test_a_build_that_stands_is_not_made_again(tmp_path: Path) -> None:
    """Unless a page was changed by somebody."""
    site = Site(tmp_path / "guide", "minimal")
    site.make()
    assert "pressing" not in site.build("--only", "web", "--only", "epub", "--jobs", "1").err
    (site.web / "one.html").write_text("changed")
    site.make()
    assert (site.web / "one.html").read_text() != "changed"


def test_chapters_called_like_our_own_pages(tmp_path: Path) -> None:
    site = Site(tmp_path / "guide", "minimal")
    for name in ("index", "cards"):
        site.write(f"chapters/{name}s.md", f"# {name.title()}\n\nText of {name}.\n")
    more = "{file: chapters/indexs.md, id: index}, {file: chapters/cardss.md, id: cards}"
    site.edit("guide.yaml", "[chapters/one.md]", f"[chapters/one.md, {more}]")
    site.make()
    assert "Text of index" in site.pages["index-chapter.html"]
    assert "Text of cards" in site.pages["cards-chapter.html"]
    assert "Contents" in site.pages["index.html"]


def test_text_cannot_break_out(tmp_path: Path) -> None:
    """Of titles, of the search, of the package."""
    site = Site(tmp_path / "guide", "minimal")
    site.edit(
        "guide.yaml",
        "title: A Minimal Guide",
        "title: 'A </title><script>alert(1)</script> & \"B\"'",
    )
    site.chapter("# One </script><b>\n\nText `</script>` &amp; \u2028 *more*.\n")
    site.make()
    for page in site.pages.values():
        assert "<script>alert" not in page
        tree = html.fromstring(page)
        assert all(script.get("src") for script in tree.iter("script"))
    text = (site.web / "search.js").read_text()
    assert "\u2028" not in text
    json.loads(text.removeprefix("self.guide=").removesuffix(";\n"))


def test_night_can_be_read(site: Site) -> None:
    """Text in any of the colours, on paper and on tint, 4.5 to 1 as by day."""
    style = (site.web / "style.css").read_text()
    for block in (style[: style.index("@media")], style[style.index("@media") :]):
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        for ground in ("paper", "tint"):
            for name in ("ink", "muted", "accent", "link", "tip", "warning", "danger"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (ground, name)


@pytest.mark.parametrize(("language", "way"), [("ar", "rtl"), ("zh-Hans", "ltr"), ("de", "ltr")])
def test_other_languages(language: str, way: str, tmp_path: Path) -> None:
    site = Site(tmp_path / "guide", "minimal").edit(
        "guide.yaml", "language: en", f"language: {language}"
    )
    assert isinstance(site, Site)
    site.make()
    for page in site.pages.values():
        root = html.fromstring(page)
        assert (root.get("lang"), root.get("dir")) == (language, way)
        assert "Search" not in page
        assert "Skip to" not in page


def browser() -> str:
    found = next(filter(shutil.which, ("chromium", "chromium-browser", "google-chrome")), "")
    if not found:
        pytest.skip("no Chromium is installed")
    return found


def test_the_search_in_a_browser(site: Site) -> None:
    """From the disk, with every error of the page as a failure."""
    entry = json.loads(
        (site.web / "search.js").read_text().removeprefix("self.guide=").removesuffix(";\n")
    )[-1]
    word = max(re.findall(r"\w+", entry[3]) or re.findall(r"\w+", entry[2]), key=len)
    done = subprocess.run(
        [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000",
         "--enable-logging=stderr", "--dump-dom", f"file://{site.web}/index.html?q={word.upper()}"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    found = html.fromstring(done.stdout).xpath("//section[@class='results']//a/@href")
    assert entry[0] in [link.rpartition("/")[2] for link in found]


def test_a_keyboards_apostrophe_finds_a_typographic_one(tmp_path: Path) -> None:
    """The pages say Brooks’s, and a reader types Brooks's."""
    site = Site(tmp_path / "guide", "minimal")
    site.chapter("# One\n\nText of nobody.\n\n## Two\n\nBrooks's law.\n")
    site.make()
    assert "Brooks’s law" in site.pages["one.html"]
    done = subprocess.run(
        [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000",
         "--dump-dom", f"file://{site.web}/index.html?q=brooks%27s"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    (link,) = html.fromstring(done.stdout).xpath("//section[@class='results']//a/@href")
    assert "two" in link


@pytest.mark.slow
def test_nothing_is_in_the_way_of_assistive_technology(site: Site) -> None:
    """By axe, by day and by night, of a page of each kind."""
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    path = shutil.which(browser())
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            tab = chromium.new_page(color_scheme=scheme)
            for name in ("index.html", "brewing.html", "kinds.html", "cards.html"):
                tab.goto(f"file://{site.web}/{name}")
                found = axe.Axe().run(tab).response["violations"]
                assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], name
        chromium.close()
