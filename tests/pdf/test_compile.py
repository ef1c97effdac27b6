"""Compiling a section: what it reads, what it logs, and that nothing else matters."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.pdf.documents import FACES, FONTS, STYLE, STYLES, difficult, picture, section

import guidepress.pdf
from guidepress.pdf import EngineError, FontError, Fragment, Section, classify, compile_section
from guidepress.pdf.engine.environment import environment_of


def codes(fragment: Fragment) -> list[tuple[str, str]]:
    findings = [classify(line) for line in fragment.log if line.level != "debug"]
    return [(finding.code, finding.subject) for finding in findings]


def test_importing_the_package_loads_no_engine() -> None:
    code = "import sys, guidepress.pdf; print([m for m in ('weasyprint', 'pikepdf') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_libraries_are_found_without_a_compiler() -> None:
    """Python's `find_library` runs gcc and ld for each name that it does not know."""
    code = (
        "import subprocess, ctypes.util; before = ctypes.util.find_library; subprocess.Popen = None;"
        "import guidepress.pdf.engine; assert ctypes.util.find_library is before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_only_the_engine_imports_weasyprint() -> None:
    package = Path(guidepress.pdf.__file__).parent.parent
    users = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if any(
            line.strip().startswith(("import weasyprint", "from weasyprint"))
            for line in path.read_text().splitlines()
        )
    ]
    assert users
    assert all(Path(user).parts[:2] == ("pdf", "engine") for user in users)


def test_anchors_and_outline() -> None:
    fragment = compile_section(
        section(
            "one",
            '<h1 id="a">A</h1><h2 id="b" style="break-before: page; margin: 0">B</h2>'
            '<h3 style="bookmark-state: closed">C</h3>',
        )
    )
    assert fragment.page_count == 2
    assert fragment.page_size == (419.528, 595.276)
    assert [(name, anchor.page) for name, anchor in fragment.anchors.items()] == [
        ("a", 0),
        ("b", 1),
    ]
    margin, body_margin = 18 / 25.4 * 72, 6
    assert fragment.anchors["b"].x == pytest.approx(margin + body_margin, abs=0.01)
    assert fragment.anchors["b"].y == pytest.approx(595.276 - margin, abs=0.01)
    assert [(mark.level, mark.title, mark.page, mark.closed) for mark in fragment.outline] == [
        (1, "A", 0, False),
        (2, "B", 1, False),
        (3, "C", 1, True),
    ]


def test_numbers_are_recorded() -> None:
    body = '<p>See p. <span data-page="far away">88</span>, <span data-page="x">8</span></p>'
    fragment = compile_section(section("one", body))
    assert [(number.anchor, number.text) for number in fragment.numbers] == [
        ("far away", "88"),
        ("x", "8"),
    ]
    assert [(number.text, number.align) for number in fragment.folios] == [("1", "right")]


@pytest.mark.parametrize(
    ("content", "before", "after"),
    [
        ("counter(page)", "", ""),
        ('"– " counter(page) " –"', "– ", " –"),
        ('"Chapter 3, page " counter(page, lower-roman)', "Chapter 3, page ", ""),
        ('string(title) " · " counter(page)', "Title 1 · ", ""),
    ],
)
def test_folios_may_have_text_around_them(content: str, before: str, after: str) -> None:
    style = (
        "@page { @bottom-right { content: none } @top-left { content: none } "
        f"@bottom-center {{ content: {content} }} }}"
    )
    fragment = compile_section(section("one", "<h1>Title 1</h1>", styles=(*STYLES, style)))
    (number,) = fragment.folios
    assert number.text in ("1", "i")
    assert number.align == "center"
    assert number.shift < number.offset if before else number.shift == number.offset


def test_other_urls_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    os.utime(secret, (1, 1))
    urls = ["http://example.org/a.png", secret.as_uri(), "file:///etc/passwd", "guide:missing.png"]
    style = f"@import url({secret.as_uri()}); @font-face {{ font-family: X; src: url({secret.as_uri()}) }}"
    body = "".join(f'<img src="{url}" alt="">' for url in urls)
    body += f'<p style="background: url({secret.as_uri()})">x</p>'
    fragment = compile_section(section("one", body, styles=(style, *STYLES)))
    refused = {subject for code, subject in codes(fragment) if code == "url-refused"}
    assert refused == set(urls)
    assert b"secret" not in fragment.pdf
    assert secret.stat().st_atime == 1


def test_an_unreadable_file_is_logged(tmp_path: Path) -> None:
    files = {"guide:gone.png": str(tmp_path / "gone.png")}
    fragment = compile_section(section("one", '<img src="guide:gone.png" alt="A">', files=files))
    assert ("file-unreadable", "guide:gone.png") in codes(fragment)
    assert ("image-missing", "guide:gone.png") in codes(fragment)


def test_names_of_files_may_have_any_letters(tmp_path: Path) -> None:
    image = tmp_path / "größe 1.svg"
    image.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    files = {"guide:größe 1.svg": str(image)}
    body = (
        '<img src="guide:größe 1.svg" alt="Größe"><img src="guide:gr%C3%B6%C3%9Fe%201.svg" alt="">'
    )
    assert codes(compile_section(section("one", body, files=files))) == []


def test_every_log_line_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    body = (
        '<p style="colour: red">中 <a href="#nowhere">x</a></p><img src="relative.png" alt="">'
        f'<img src="{picture()}"><a href="https://example.org">x</a>'
    )
    styles = (*STYLES, "p { float: sideways } p { } @page { @bottom-left { kontent: none } }")
    for _ in range(2):  # the second time the styles are known already
        found = codes(compile_section(section("one", body, styles=styles)))
        assert sorted(code for code, _ in found) == [
            "anchor-missing",
            "css-unsupported",
            "css-unsupported",
            "css-unsupported",
            "glyph-missing",
            "image-alternative-missing",
            "url-relative",
        ]
    assert capfd.readouterr() == ("", "")


def test_a_missing_language_is_logged() -> None:
    page = section("one", "<p>x</p>")
    fragment = compile_section(replace(page, html=page.html.replace(' lang="en"', "")))
    assert codes(fragment) == [("language-missing", "lang")]


def test_page_numbers_of_css_are_logged() -> None:
    style = "a::after { content: target-counter(attr(href), page) }"
    fragment = compile_section(
        section("one", '<p id="x"><a href="#x">x</a></p>', styles=(*STYLES, style))
    )
    assert codes(fragment) == [("css-unsupported", "target-counter()")]


def test_colours_that_archives_cannot_keep_are_logged(tmp_path: Path) -> None:
    image = tmp_path / "image.jpg"
    Image.new("CMYK", (9, 9)).save(image)
    body = '<p style="color: device-cmyk(0 1 1 0)">x</p><img src="guide:image.jpg" alt="">'
    fragment = compile_section(section("one", body, files={"guide:image.jpg": str(image)}))
    assert codes(fragment) == [
        ("colour-unsuitable", "device-cmyk()"),
        ("colour-unsuitable", "Image in CMYK colours"),
    ]


def test_text_about_css_is_not_taken_for_css() -> None:
    fragment = compile_section(
        section("one", "<pre>target-counter(attr(href), page) device-cmyk(0 0 0 1)</pre>")
    )
    assert codes(fragment) == []


def test_a_section_without_a_font_is_refused() -> None:
    with pytest.raises(FontError, match="one"):
        compile_section(section("one", "<p>x</p>", styles=(STYLE,)))


def test_a_failing_engine_is_told_from_other_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint

    def fail(*_: object, **__: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(weasyprint.HTML, "render", fail)
    with pytest.raises(EngineError, match="section one: IndexError: list index"):
        compile_section(section("one", "<p>x</p>"))


def test_fonts_of_the_host_are_not_used() -> None:
    style = "html { font-family: 'DejaVu Sans', 'Liberation Serif', Arial, serif }"
    fragment = compile_section(section("one", "<p>x א ☃</p>", styles=(*STYLES, style)))
    assert {font.url for font in fragment.fonts.values()} <= set(FONTS)
    assert ("glyph-missing", "א") in codes(fragment)


def test_woff_fonts_and_data_urls_work(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(FONTS["font:mono"])
    font.flavor = "woff2"
    packed = tmp_path / "mono.woff2"
    font.save(packed)
    style = "@font-face { font-family: Packed; src: url(font:packed) } p { font-family: Packed }"
    fragment = compile_section(
        section("one", "<p>x</p>", styles=(FACES, style), files={"font:packed": str(packed)})
    )
    assert {use.url for use in fragment.fonts.values()} == {"font:packed"}


def test_a_fragment_is_plain_data() -> None:
    fragment = compile_section(section("one", "<h1>x</h1>"))
    assert pickle.loads(pickle.dumps(fragment)) == fragment


def test_what_was_compiled_before_does_not_matter(tmp_path: Path) -> None:
    """Not other styles, not fonts of other sections, and not a font file's former contents."""
    page = section("one", "<h1>Title</h1><p>text 中 <b>bold</b></p>")
    first = compile_section(page)
    chinese = "@font-face { font-family: C; src: url(font:chinese) }"
    other = section("two", "<p>中</p>", styles=(*STYLES, chinese))
    compile_section(other)
    compile_section(section("three", f"<style>{chinese}</style><p>中</p>"))
    assert compile_section(page) == first

    font = tmp_path / "font.ttf"
    font.write_bytes(Path(FONTS["font:sans"]).read_bytes())
    changing = replace(page, files={**FONTS, "font:sans": str(font)})
    before = compile_section(changing)
    font.write_bytes(Path(FONTS["font:mono"]).read_bytes())
    after = compile_section(changing)
    assert before.pdf == first.pdf
    assert after.pdf != first.pdf


def compiled_elsewhere(page: Section, seed: str, host_fonts: bool) -> str:
    """The hash of a fragment that another process compiled."""
    code = (
        "import hashlib, pickle, sys\n"
        "from guidepress.pdf import compile_section\n"
        "fragment = compile_section(pickle.load(sys.stdin.buffer))\n"
        "print(hashlib.sha256(repr(fragment).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"Etc/GMT+{seed}", "LANG": "ar_EG"}
    if not host_fonts:
        environment["FONTCONFIG_FILE"] = os.devnull
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        input=pickle.dumps(page),
        capture_output=True,
        env=environment,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout.decode().strip()


@pytest.mark.slow
def test_every_process_gives_the_same_fragment() -> None:
    page = section("one", difficult("one", "two"))
    here = hashlib.sha256(repr(compile_section(page)).encode()).hexdigest()
    assert compiled_elsewhere(page, "1", True) == here
    assert compiled_elsewhere(page, "7", False) == here


def test_sheets_that_load_nothing_share_the_fonts() -> None:
    """A part's thumb tab is a style sheet more; the fonts are there already."""
    one = section("one", "<h1>T</h1>", styles=(*STYLES, "p { color: red }"))
    two = replace(one, name="two", styles=(*STYLES, "p { color: blue }"))
    first, second = environment_of(one), environment_of(two)
    assert first.fonts is second.fonts
    assert first.sheets[:2] == second.sheets[:2]
    assert first.sheets[2] is not second.sheets[2]
    loading = replace(
        one, styles=(*STYLES, r"@f\6fnt-face { font-family: X; src: url(font:sans) }")
    )
    assert environment_of(loading).fonts is not first.fonts


def test_a_page_number_between_spaced_words() -> None:
    """Its parts are painted one by one, each with the spacing of its own spaces."""
    style = "<style>em { word-spacing: 2pt } em::after { content: counter(page) ' ' attr(title) }</style>"
    fragment = compile_section(
        section("one", f'<h1>T</h1>{style}<p>On <em title="in all"></em></p>')
    )
    assert [number.text for number in fragment.folios] == ["1", "1"]
