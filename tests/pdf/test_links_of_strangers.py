"""A PDF runs nothing, opens nothing and leads to the web, to mail and to telephones alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.hostile import PAYLOADS
from tests.pdf.documents import section
from tests.project import Project, run

from guidepress.pdf import compile_section

# Keys and values of PDF objects that run, open or load something (ISO 32000-2, 12.6.4, 7.11).
ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/EmbeddedFiles", "/XFA", "/AcroForm"}
)
ACTIVE_VALUES = frozenset({
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound",
    "/FileAttachment", "/Filespec",
})  # fmt: skip
LINKS = (
    '<a href="{}">led astray</a>', '<p style="link: url({})">by a style</p>',
    '<p style="-weasy-link: url({})">by a style</p>',
    '<link rel="attachment" href="{}">', '<a rel="attachment" href="{}">attached</a>',
)  # fmt: skip
TARGETS = (
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "smb://evil/x",
    "ms-word:x",
)


def found_in(pdf: pikepdf.Pdf) -> tuple[list[str], list[str]]:
    """What of a PDF is active, and the addresses that its links lead to."""
    active: list[str] = []
    addresses: list[str] = []
    for one in pdf.objects:
        _look(one, active, addresses)
    return active, addresses


def _look(value: Any, active: list[str], addresses: list[str]) -> None:
    if isinstance(value, pikepdf.Stream):
        value = value.stream_dict
    if isinstance(value, pikepdf.Dictionary):
        for key, item in value.items():
            if key in ACTIVE_KEYS or str(item) in ACTIVE_VALUES:
                active.append(f"{key} {item}")
            if key == "/URI":
                addresses.append(str(item))
            if not getattr(item, "is_indirect", False):
                _look(item, active, addresses)
    elif isinstance(value, pikepdf.Array):
        for item in value:
            if not getattr(item, "is_indirect", False):
                _look(item, active, addresses)


@pytest.mark.parametrize("link", LINKS)
def test_links_that_a_layout_may_not_have(link: str) -> None:
    html = "".join(link.format(target) for target in TARGETS)
    fragment = compile_section(section("a", f"<h1>T</h1>{html}<a href='https://ok.example/'>x</a>"))
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        assert found_in(pdf) == ([], ["https://ok.example/"])
    if link.startswith("<a href"):
        said = [line.message for line in fragment.log if "off the page" in line.message]
        assert len(said) == len(TARGETS)


@pytest.mark.slow
def test_no_payload_reaches_the_handbook_or_the_cards(tmp_path: Path) -> None:
    """Every payload that is no error, in a chapter, on cards and in a template of the layout; all three products."""
    project = Project(tmp_path / "guide")
    harmless = [
        one
        for one in PAYLOADS
        # A formula with a link is an error, which only the checks of a build find.
        if not one.startswith("\\(")
        and not project.chapter(f"# One\n\nA {one}\n\nB.\n").compile().failed
    ]
    assert len(harmless) > len(PAYLOADS) / 2
    text = "\n\n".join(f"Text {one}" for one in harmless)
    cards = "\n\n".join(
        f"/// card | Which is number {at}?\n    id: c{at}\n\nThis: {one}\n///\n"
        for at, one in enumerate(harmless[::16])
    )
    project.chapter(f"# One\n\n{text}\n\n{cards}")
    template = project.folder / "layouts/default/handbook/chapter.html"
    template.parent.mkdir(parents=True)
    ours = Path(__file__).parents[2] / "layouts/default/handbook/chapter.html"
    links = "".join(link.format(target) for link in LINKS for target in TARGETS)
    template.write_text(ours.read_text().replace("</h1>", f"</h1><div>{links}</div>", 1))
    done = run("build", project.folder, "--no-cache", "--jobs", "1")
    assert done.status == 0, done.err
    assert "handbook-link-refused" in done.err
    for name in ("handbook.pdf", "cards.pdf"):
        with pikepdf.open(project.folder / "build" / name) as pdf:
            active, addresses = found_in(pdf)
        assert active == []
        assert all(
            address.startswith(("https://", "http://", "mailto:")) for address in addresses
        ), addresses
        assert name == "cards.pdf" or addresses
