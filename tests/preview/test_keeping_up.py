"""What a preview does while the source is edited, broken, corrected, moved."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ImageChops

from tests.preview.previews import ONE, TWO, Previewed, guide, pages_of


def test_an_edit_changes_the_pages_that_it_is_on_and_no_other(preview: Previewed) -> None:
    before = preview.at_rest()
    old = preview.picture(pages_of(before, "chapter-one")[0]["key"])
    preview.project.edit("chapters/one.md", "Apples are red.", "Apples are green.")
    after = preview.settled(before)
    changed = {
        (new["section"], new["index"])
        for old, new in zip(before["pages"], after["pages"], strict=True)
        if old["key"] != new["key"]
    }
    assert changed == {("chapter-one", 0)}
    assert after["edited"]["page"] == after["pages"].index(pages_of(after, "chapter-one")[0])
    new = preview.picture(pages_of(after, "chapter-one")[0]["key"])
    assert ImageChops.difference(old, new).getbbox() is not None
    text = preview.ask(f"/pages/{pages_of(after, 'chapter-one')[0]['key']}.txt").text
    assert "Apples are green." in text


def test_an_event_comes_for_each_change(preview: Previewed) -> None:
    before = preview.at_rest()
    with preview.events() as following:
        line = following()
        while not line.startswith("data:"):
            line = following()
        assert json.loads(line[5:])["version"] >= before["version"]
        preview.project.edit("chapters/one.md", "red.", "blue.")
        while not (line.startswith("data:") and "edited" in json.loads(line[5:])):
            line = following()
        data = json.loads(line[5:])
    assert data["version"] > before["version"]
    # It says which page to load, so that the state need not be waited for.
    at = before["pages"].index(pages_of(before, "chapter-one")[0])
    edited = data["edited"]
    assert (edited["page"], edited["section"], edited["index"]) == (at, "chapter-one", 0)
    assert edited["key"] != before["pages"][at]["key"]
    assert preview.ask(f"/pages/{edited['key']}.bmp").picture.width == 900


def test_the_page_of_an_edit_is_shown_at_once_as_it_stays(preview: Previewed) -> None:
    """Also where the chapter was edited before, and is laid out from the page on that begins in a paragraph."""
    before = preview.at_rest()
    for number in (14, 15, 16):
        with preview.events() as following:
            following()
            preview.project.edit("chapters/three.md", f"Paragraph {number} of", "Passage of")
            line = following()
            while not (line.startswith("data:") and "edited" in json.loads(line[5:])):
                line = following()
        edited = json.loads(line[5:])["edited"]
        after = preview.settled(before)
        assert edited["key"] == after["pages"][edited["page"]]["key"]
        changed = [
            at
            for at, (old, new) in enumerate(zip(before["pages"], after["pages"], strict=True))
            if old["key"] != new["key"]
        ]
        assert changed[0] == edited["page"]
        before = after


def test_a_chapter_that_grows_moves_the_numbers_behind_it(preview: Previewed) -> None:
    before = preview.at_rest()
    preview.project.write("chapters/one.md", ONE + "\n\n" + "More and more.\n\n" * 120)
    after = preview.settled(before)
    assert len(pages_of(after, "chapter-one")) > len(pages_of(before, "chapter-one"))
    folios = [[page["folio"] for page in pages_of(s, "chapter-two")] for s in (before, after)]
    assert int(folios[1][0]) > int(folios[0][0])
    # The number on the page itself, too: what it shows is what the contents say.
    text = preview.ask(f"/pages/{pages_of(after, 'contents')[0]['key']}.txt").text
    assert folios[1][0] in text.split()


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("guide.yaml", "id: previewed\nid: previewed\n", "yaml-duplicate-key", 2),
        ("chapters/two.md", "# Two\n\n[x](#nowhere)\n", "reference-unknown", 3),
        ("chapters/two.md", b"# Two\n\n\xff\n", "file-encoding", 3),
    ],
)
def test_a_broken_source_shows_its_problems_over_the_last_pages(
    preview: Previewed, name: str, text: str | bytes, code: str, line: int
) -> None:
    before = preview.at_rest()
    whole = (preview.project.source / name).read_bytes()
    preview.project.write(name, text)
    broken = preview.until(lambda s: s["broken"])
    found = {problem["code"]: problem for problem in broken["problems"]}
    assert code in found
    assert found[code]["place"]["file"] == f"source/{name}"
    assert found[code]["place"]["line"] == line
    assert broken["pages"] == before["pages"]
    assert preview.picture(pages_of(broken, "chapter-one")[0]["key"]).width == 600
    preview.project.write(name, whole)
    recovered = preview.until(lambda s: not s["broken"] and s["progress"] is None)
    assert recovered["problems"] == []
    assert recovered["pages"] == before["pages"]


def test_a_problem_knows_its_page(preview: Previewed) -> None:
    before = preview.at_rest()
    preview.project.write(
        "chapters/three.md", "# Three\n\n" + "Words and words.\n\n" * 150 + "[x](#nowhere)\n"
    )
    preview.until(lambda s: s["broken"])
    preview.project.write(
        "chapters/three.md",
        "# Three\n\n" + "Words and words.\n\n" * 150 + "![](missing.png)\n\n## A heading\n",
    )
    broken = preview.until(lambda s: s["broken"] and "image-missing" in str(s["problems"]))
    problem = next(p for p in broken["problems"] if p["code"] == "image-missing")
    # Laid out or not, the chapter is where it is to be looked for.
    assert broken["pages"][problem["page"]]["section"] == "chapter-three"
    assert before["pages"]


def test_a_guide_that_is_broken_from_the_start_shows_why(
    begin: Callable[..., Previewed], tmp_path: Path
) -> None:
    project = guide(tmp_path / "guide").write("chapters/one.md", "[x](#nowhere)\n")
    preview = begin(project)
    broken = preview.until(lambda s: s.get("broken", False))
    assert {problem["code"] for problem in broken["problems"]} == {"reference-unknown"}
    project.write("chapters/one.md", ONE)
    assert pages_of(preview.at_rest(), "chapter-one")


def test_a_source_that_goes_and_comes_back(preview: Previewed) -> None:
    before = preview.at_rest()
    away = preview.project.folder / "elsewhere"
    preview.project.source.rename(away)
    broken = preview.until(lambda s: s["broken"])
    assert [problem["code"] for problem in broken["problems"]] == ["guide-missing"]
    away.rename(preview.project.source)
    assert preview.until(lambda s: not s["broken"])["pages"] == before["pages"]


def test_new_chapters_folders_and_pictures_are_seen(preview: Previewed) -> None:
    before = preview.at_rest()
    preview.project.write("more/four.md", "# Four\n\nThe fourth chapter.\n")
    preview.project.edit("guide.yaml", "chapters/three.md]", "chapters/three.md, more/four.md]")
    after = preview.until(lambda s: pages_of(s, "chapter-four"))
    assert not pages_of(before, "chapter-four")
    # A folder that was not there at the start is watched, too.
    preview.project.edit("more/four.md", "fourth", "last")
    key = pages_of(after, "chapter-four")[0]["key"]
    changed = preview.until(lambda s: pages_of(s, "chapter-four")[0]["key"] != key)
    key = pages_of(changed, "chapter-four")[0]["key"]
    assert "The last chapter." in preview.ask(f"/pages/{key}.txt").text


def test_cards_and_sheets_follow(preview: Previewed) -> None:
    before = preview.at_rest()
    sheets = preview.part("sheets")
    preview.project.edit("chapters/one.md", "Red, and *sometimes* green.", "Mostly red.")
    preview.until(lambda s: s["versions"]["sheets"] > before["versions"]["sheets"])
    card = next(card for card in preview.part("cards") if card["id"] == "apple")
    assert "Mostly red." in preview.ask(f"/cards/{card['key']}/back.html").text
    assert preview.part("sheets") != sheets


def test_a_picture_of_a_card_is_served(preview: Previewed) -> None:
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    before = preview.at_rest()
    preview.project.write("images/apple.png", data.getvalue())
    preview.project.edit("chapters/one.md", "Red, and", "![An apple](../images/apple.png) Red, and")
    preview.settled(before)
    card = next(card for card in preview.part("cards") if card["id"] == "apple")
    page = preview.ask(f"/cards/{card['key']}/back.html").text
    name = page.partition('src="')[2].partition('"')[0]
    assert preview.ask(f"/media/{name}").body == data.getvalue()


def test_a_layout_of_the_project_is_watched(preview: Previewed) -> None:
    before = preview.at_rest()
    layout = preview.project.folder / "layouts/mine"
    layout.mkdir(parents=True)
    (layout / "layout.yaml").write_text("extends: default\n")
    preview.project.edit(
        "guide.yaml", "language: en", "language: en\nproducts: {handbook: {layout: mine}}"
    )
    named = preview.settled(before)
    (layout / "handbook").mkdir()
    (layout / "handbook/custom.css").write_text("p { color: red }")
    red = preview.until(
        lambda s: (
            s["settled"]
            and pages_of(s, "chapter-one")[0]["key"] != pages_of(named, "chapter-one")[0]["key"]
        )
    )
    colours = preview.picture(pages_of(red, "chapter-one")[0]["key"]).getcolors(1 << 24)
    assert any(r > 200 and g < 60 and b < 60 for _, (r, g, b) in colours or ())


def test_nothing_is_written_into_the_project(preview: Previewed) -> None:
    def files() -> list[str]:
        return sorted(p.as_posix() for p in preview.project.folder.rglob("*"))

    there = files()
    before = preview.at_rest()
    preview.project.edit("chapters/one.md", "red.", "blue.")
    preview.settled(before)
    assert files() == there


def test_what_is_pictured_is_what_a_build_makes(
    preview: Previewed, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are shown from their sections; the finished handbook looks the same, after an edit that shifts numbers."""
    import pypdfium2

    before = preview.at_rest()
    preview.project.write("chapters/one.md", ONE + "\n\n" + "More and more.\n\n" * 120)
    state = preview.settled(before)
    monkeypatch.setenv("GUIDEPRESS_CACHE", str(cache))
    assert preview.project.build("--only", "handbook").status == 0
    document = pypdfium2.PdfDocument(preview.project.artifacts["handbook.pdf"])
    assert len(document) == len(state["pages"])
    for index, page in enumerate(state["pages"]):
        built = document[index].render(scale=300 / page["width"], draw_annots=False).to_pil()
        if page["key"]:
            shown = preview.picture(page["key"], 300)
            assert ImageChops.difference(shown, built.convert("RGB")).getbbox() is None, index
        else:
            assert built.convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_it_ends_in_order_while_browsers_listen(
    preview: Previewed, how: signal.Signals, status: int
) -> None:
    preview.until(lambda s: "pages" in s)
    with preview.events() as following:
        following()
        ended, err = preview.end(how)
    assert ended == status
    assert "Traceback" not in err
    assert "graceful" not in err


def test_started_again_it_shows_the_same_pages(
    begin: Callable[..., Previewed], preview: Previewed
) -> None:
    before = preview.at_rest()
    preview.end()
    again = begin(preview.project, preview.port)
    after = again.at_rest()
    assert after["pages"] == before["pages"]
    assert after["session"] != before["session"]


def test_a_folder_without_a_guide_is_said_at_once(
    begin: Callable[..., Previewed], tmp_path: Path
) -> None:
    project = guide(tmp_path / "guide")
    shutil.rmtree(project.source)
    with pytest.raises(AssertionError, match="guide-missing"):
        begin(project)


def test_a_chapter_that_has_a_reference_to_another_is_shown_with_its_number(
    preview: Previewed,
) -> None:
    before = preview.at_rest()
    preview.project.write("chapters/two.md", TWO + "\nSee [](#apples).\n")
    after = preview.settled(before)
    text = preview.ask(f"/pages/{pages_of(after, 'chapter-two')[0]['key']}.txt").text
    assert "p. 3" in text
