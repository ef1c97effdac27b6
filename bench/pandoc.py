"""A guide's own Markdown in the language of Typst, by pandoc, on pages like those of the default layout."""

from __future__ import annotations

from pathlib import Path

import yaml

from bench.guide import PYTHON, chapter_files
from bench.measure import Failed, measure
from bench.typst_source import preamble

VERSION = "1.17"
# A mail address cites nothing, and a price is no formula.
FORMAT = "markdown-citations-tex_math_dollars-raw_tex"
# What pandoc leaves to a template of its own. An included file does not see what the main one defines.
_DEFINITIONS = """\
#let horizontalrule = line(start: (25%, 0%), end: (75%, 0%))
#let endnote(number, contents) = [#super[#number] #contents]

"""
# Typst stops at a label that is not there, as those of other files are not, and at a picture that it cannot read.
_FILTER = """\
local readable = { png = true, jpg = true, jpeg = true, gif = true, svg = true, webp = true, pdf = true }

function Link(link)
  if link.target:match("^%a[%a%d+.-]*:") then return nil end
  return link.content
end

function Image(image)
  local ending = image.src:lower():match("%.(%a+)$")
  local file = not image.src:match("^%a+:") and readable[ending] and io.open(image.src, "rb")
  if not file then return image.caption end
  file:close()
end

function RawInline() return {} end
function RawBlock() return {} end
"""


def program(place: Path) -> Path | None:
    """The pandoc of PyPI's package, put into `place` where it is not there; None where that fails."""
    found = place / "pypandoc" / "files" / "pandoc"
    if not found.exists():
        wanted = f"pypandoc_binary=={VERSION}"
        try:
            measure([PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--target", place, wanted])
        except Failed:
            return None
    return found if found.exists() else None


def write(guide: Path, folder: Path, pandoc: Path) -> Path:
    """Write the chapters of a guide's project below `folder`, beside links to its other files; the main file.

    Raises Failed where pandoc cannot read a chapter.
    """
    folder.mkdir(parents=True)
    source = folder / "source"
    _link(guide / "source", source)
    lua = folder / "filter.lua"
    lua.write_text(_FILTER)
    facts = yaml.safe_load((guide / "source" / "guide.yaml").read_text())
    lines = [preamble(facts["title"], facts["language"])]
    for number, name in enumerate(chapter_files(guide / "source")):
        chapter = source / name
        written = chapter.with_name(f"pandoc-{number}.typ")
        # As the pictures of a chapter are named from where it lies.
        run = measure([
            pandoc, f"--lua-filter={lua}", f"--id-prefix=c{number}-", "-f", FORMAT, "-t", "typst",
            "--wrap=preserve", chapter.name,
        ], folder=chapter.parent)  # fmt: skip
        written.write_text(_DEFINITIONS + run.out)
        lines.append(f'#include "{written.relative_to(folder).as_posix()}"')
    main = folder / "book.typ"
    main.write_text("\n\n".join(lines) + "\n")
    return main


def _link(folder: Path, copy: Path) -> None:
    """A tree of folders like that of `folder`, its files as links."""
    for path in sorted(folder.rglob("*")):
        target = copy / path.relative_to(folder)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.resolve())
