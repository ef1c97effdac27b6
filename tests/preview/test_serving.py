"""What the preview's server gives, and to whom: a real server on a real port."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ImageChops

from guidepress.memory import MemoryCache
from guidepress.preview.board import Board
from guidepress.preview.pages import Pictures
from guidepress.preview.server import HOST, Server, listen
from guidepress.preview.stage import Stage
from tests.preview.previews import ONE, Previewed, guide, pages_of

LINES = {text: number for number, text in enumerate(ONE.splitlines(), 1)}


def test_the_page_loads_nothing_from_elsewhere(shared: Previewed) -> None:
    page = shared.ask("/")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for name in ("preview.js", "preview.css", "icon.svg"):
        assert f'"/{name}"' in page.text
        assert shared.ask(f"/{name}").status == 200
        assert "http://" not in shared.ask(f"/{name}").text.replace("http://www.w3.org/", "")


def test_the_state_tells_of_every_page(shared: Previewed) -> None:
    state = shared.state()
    assert state["title"] == "A Previewed Guide"
    assert state["problems"] == []
    assert not state["broken"]
    assert state["settled"]
    sections = [page["section"] for page in state["pages"]]
    assert sections.index("cover") < sections.index("chapter-one") < sections.index("chapter-two")
    assert pages_of(state, "chapter-one")[0]["folio"] == "3"
    titles = [entry["title"] for entry in state["contents"]]
    assert any("Apples" in title for title in titles)
    apples = next(entry for entry in state["contents"] if "Apples" in entry["title"])
    assert state["pages"][apples["page"]]["section"] == "chapter-one"


def test_a_page_is_a_picture_of_the_width_that_is_asked_for(shared: Previewed) -> None:
    page = pages_of(shared.state(), "chapter-one")[0]
    picture = shared.picture(page["key"], 500)
    assert picture.width == 500
    assert abs(picture.height - 500 * page["height"] / page["width"]) <= 1
    extrema = [band[0] for band in picture.getextrema()]
    assert max(extrema) < 100, "there is dark ink on it"
    assert shared.picture(page["key"], 999_999).width == 4000


@pytest.mark.parametrize("width", [600, 601, 602, 603])
def test_a_picture_in_haste_has_the_same_pixels(shared: Previewed, width: int) -> None:
    key = pages_of(shared.state(), "chapter-one")[0]["key"]
    answer = shared.ask(f"/pages/{key}.bmp?width={width}")
    assert answer.headers["content-type"] == "image/bmp"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.picture.tobytes() == shared.picture(key, width).tobytes()
    assert shared.ask(f"/pages/{'0' * 32}.bmp").status == 404


def test_what_a_picture_shows_stays_under_its_address(shared: Previewed) -> None:
    page = pages_of(shared.state(), "chapter-one")[0]
    assert "immutable" in shared.ask(f"/pages/{page['key']}.png").headers["cache-control"]
    assert shared.ask("/state").headers["cache-control"] == "no-store"


def test_a_page_has_its_words(shared: Previewed) -> None:
    page = pages_of(shared.state(), "chapter-one")[0]
    assert "Apples are red." in shared.ask(f"/pages/{page['key']}.txt").text


def test_a_point_on_a_page_is_a_line_of_the_source(shared: Previewed) -> None:
    key = pages_of(shared.state(), "chapter-one")[0]["key"]
    found = [shared.ask(f"/place/{key}?x=0.3&y={y / 200}").json for y in range(200)]
    assert {place["file"] for place in found} == {"source/chapters/one.md"}
    lines = [place["line"] for place in found]
    for text in (
        "A first paragraph of the first chapter.",
        "## Apples",
        "Apples are red.",
        "| pear | green |",
        "- a first item",
        "- a second item",
    ):
        assert LINES[text] in lines, text
    body = [line for line in lines if line <= LINES["- a second item"]]
    assert body == sorted(body)
    editor = found[100]["editor"]
    file = (shared.project.source / "chapters/one.md").resolve().as_posix()
    assert editor == f"vscode://file{file}:{found[100]['line']}:1"


def test_what_the_layout_makes_has_no_place(shared: Previewed) -> None:
    key = pages_of(shared.state(), "contents")[0]["key"]
    assert shared.ask(f"/place/{key}?x=0.5&y=0.5").json == {}


def test_cards_are_shown_as_anki_shows_them(shared: Previewed) -> None:
    cards = {card["id"]: card for card in shared.part("cards")}
    assert list(cards) == ["apple", "pear"]
    assert cards["apple"]["place"]["line"] == LINES["/// card | What colour is an apple?"]
    front = shared.ask(f"/cards/{cards['apple']['key']}/front.html").text
    back = shared.ask(f"/cards/{cards['apple']['key']}/back.html?night=1&phone=1").text
    assert "What colour is an apple?" in front
    assert "sometimes" not in front
    assert "<em>sometimes</em>" in back
    assert 'class="card card1 isLin"' in front
    assert 'class="card card1 isLin nightMode night_mode"' in back
    assert "<html>" in front
    assert '<html class="mobile">' in back
    pear = cards["pear"]["key"]
    assert "[...]" in shared.ask(f"/cards/{pear}/front.html").text
    assert ">green</span>" in shared.ask(f"/cards/{pear}/back.html").text


def test_a_card_runs_nothing(shared: Previewed) -> None:
    key = shared.part("cards")[0]["key"]
    policy = shared.ask(f"/cards/{key}/front.html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-same-origin" in policy


def test_card_sheets_come_as_front_and_back(shared: Previewed) -> None:
    ((front, back),) = shared.part("sheets")
    pictures = [shared.picture(side["key"]) for side in (front, back)]
    assert ImageChops.difference(*pictures).getbbox() is not None


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1", "127.0.0.1:1", "localhost.example.com", "", "[::1]"]
)
def test_a_foreign_host_is_refused(shared: Previewed, host: str) -> None:
    """As a site sends that has its own name lead to this machine."""
    answer = shared.ask("/state", Host=host)
    assert answer.status == 403
    assert b"pages" not in answer.body


def test_both_names_of_this_machine_are_served(shared: Previewed) -> None:
    assert shared.ask("/state", Host=f"localhost:{shared.port}").status == 200
    assert shared.ask("/state", Host=f"127.0.0.1:{shared.port}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/state", "/events"])
def test_a_foreign_page_is_refused(shared: Previewed, headers: dict[str, str], path: str) -> None:
    assert shared.ask(path, **headers).status == 403


def test_its_own_page_is_served(shared: Previewed) -> None:
    own = f"http://127.0.0.1:{shared.port}"
    assert shared.ask("/state", Origin=own, Sec_Fetch_Site="same-origin").status == 200
    opened = {
        "Sec_Fetch_Site": "cross-site",
        "Sec_Fetch_Mode": "navigate",
        "Sec_Fetch_Dest": "document",
    }
    assert shared.ask("/", **opened).status == 200, "a link in some chat may lead here"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(shared: Previewed, method: str) -> None:
    assert shared.ask("/state", method).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/source/guide.yaml",
        "/../source/guide.yaml",
        "/media/../source/guide.yaml",
        "/media/guide.yaml",
        "/media/%2e%2e%2fsource%2fguide.yaml",
        "/media/..%5c..%5cguide.yaml",
        "//etc/passwd",
        "/media//etc/passwd",
        "/media/%2fetc%2fpasswd",
        "/pages/..%2f..%2fguide.yaml.png",
        "/pages/%00.png",
        "/app/index.html",
        "/preview.py",
        "/cards/x/../../state",
        "/part/pages",
        "/part/..%2fstate",
        "/place/x",
        "/cards/x/front.html",
    ],
)
def test_nothing_but_the_build_is_served(shared: Previewed, path: str) -> None:
    answer = shared.ask(path)
    assert answer.status == 404
    assert b"previewed" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "query",
    ["width=x", "width=-5", "width=nan", "width=inf", "width=1e400", "width=", "width=5&width=6"],
)
def test_any_width_gives_a_picture(shared: Previewed, query: str) -> None:
    key = pages_of(shared.state(), "chapter-one")[0]["key"]
    assert shared.ask(f"/pages/{key}.png?{query}").picture.width >= 100
    assert shared.ask(f"/place/{key}?x={query[6:]}&y=1e400").status == 200


def test_only_this_machine_is_listened_to() -> None:
    with listen(0) as listening:
        assert listening.getsockname()[0] == HOST == "127.0.0.1"


def test_a_port_that_is_taken_is_said(tmp_path: Path, begin: Callable[..., Previewed]) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AssertionError, match=f"port {port} is in use; choose another"):
            begin(guide(tmp_path / "guide"), port)


def test_without_a_port_another_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("guidepress.preview.server.PORT", port)
        with listen(None) as listening:
            assert listening.getsockname()[1] not in (0, port)


def test_a_signal_does_not_wait_for_the_board(tmp_path: Path) -> None:
    """It comes in the middle of anything, also of what the server does with the board, whose lock it then holds."""
    board = Board()
    with listen(0) as listening:
        server = Server(Stage(tmp_path, board, Pictures(), MemoryCache(tmp_path)), listening)
        handling = threading.Thread(
            target=server.handle_exit, args=(signal.SIGINT, None), daemon=True
        )
        with board._lock:
            handling.start()
            handling.join(30)
            assert not handling.is_alive()
    assert server.should_exit
