"""Files that a page shows within itself: what MDX imports, Markdown or code as text, and what DocFX includes.

Whoever finds one leaves a mark where it belongs; `expand` puts the file there. Lines move here, so it is one of the
last steps: until then those of the report are the file's own.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from guidepress.scaffold.books.folder import MARKDOWN, Folder
from guidepress.scaffold.books.page import Import, Page, Use
from guidepress.scaffold.books.reading import decode, read_page
from guidepress.scaffold.books.report import Fate
from guidepress.source.files import CONTROL, MAX_TEXT, inside

_DEEPEST = 8
_MOST_LINES = 50_000
_MARK = re.compile(r"^(?P<before>.*?)\x1a(?P<number>\d+)\x1a(?P<after>.*)$")
_PROP = re.compile(r"\{\s*props\.([A-Za-z_]\w*)\s*\}")
_RAW = re.compile(r"(?:^!*raw-loader!)|(?:\?raw$)")


def imported(address: str) -> Import | None:
    """What `import … from "address"` brings that a book can show; None for programs."""
    bare = _RAW.sub("", address)
    if bare != address:
        return Import(bare, raw=True)
    markdown = posixpath.splitext(address)[1].lower() in MARKDOWN
    return Import(address, raw=False) if markdown else None


def place(page: Page, use: Use) -> str:
    """The mark to leave in the text; no file holds such a character (`reading` takes it out)."""
    page.uses.append(use)
    return f"\x1a{len(page.uses) - 1}\x1a"


Translate = Callable[[Page], None]


def expand(page: Page, folder: Folder, translate: Translate) -> None:
    """Put the files in their places; `translate` is what is done with a page before this step."""
    if page.uses:
        _Expansion(folder, translate, page).run(page, ())
        page.scan()


class _Expansion:
    def __init__(self, folder: Folder, translate: Translate, page: Page) -> None:
        self._folder = folder
        self._translate = translate
        self._page = page
        self._left = _MOST_LINES

    def run(self, page: Page, within: tuple[Path, ...]) -> None:
        """Expand the marks of a page, which the files in `within` show."""
        made: list[str] = []
        for line in page.lines:
            # Two files may stand on one line.
            while match := _MARK.match(line):
                use = page.uses[int(match["number"])]
                before, after = match["before"], match["after"]
                shown = self._shown(page, use, within)
                if shown is None:
                    line = before + after
                elif before.strip(" \t>") or after.strip():
                    line = f"{before}{' '.join(filter(None, map(str.strip, shown)))}{after}"
                else:
                    made += [f"{before}{one}".rstrip() if before else one for one in shown]
                    line = before.rstrip()
            made.append(line)
        page.lines[:] = made

    def _shown(self, page: Page, use: Use, within: tuple[Path, ...]) -> list[str] | None:
        lines: list[str] = []
        for label, what in use.shown:
            path = self._found(page, what.address)
            if path is None:
                page.say(Fate.UNKNOWN, "a file to be included, which is not there", use.at)
                continue
            if path in within or len(within) >= _DEEPEST or self._left <= 0:
                page.say(Fate.LEFT, "a file included within itself", use.at)
                continue
            text = (
                _code(path) if what.raw else self._partial(page, path, use.props, (*within, path))
            )
            page.say(Fate.CHANGED, "a file is included", use.at)
            self._left -= len(text)
            lines += [*([f"**{label}**", ""] if label else []), *text, ""]
        while lines and not lines[-1]:
            lines.pop()
        return lines or None

    def _partial(
        self, user: Page, path: Path, props: Mapping[str, str], within: tuple[Path, ...]
    ) -> list[str]:
        name = os.path.relpath(path, self._folder.root.resolve()).replace(os.sep, "/")
        data = path.read_bytes()
        page = read_page(data, name, self._page.target, self._page.report, mdx=user.mdx)
        page.lines[:] = [_PROP.sub(lambda m: props.get(m[1], m[0]), one) for one in page.lines]
        page.scan()
        self._translate(page)
        self.run(page, within)
        return _trimmed(page.lines[page.start :])

    def _found(self, page: Page, address: str) -> Path | None:
        """The file that an import means: relative to the page, or to the site around it (`@site/`, `/`)."""
        root = self._folder.root.resolve()
        here = root / posixpath.dirname(page.name)
        places: Iterable[Path] = [here]
        if not address.startswith("."):
            address = address.removeprefix("@site").lstrip("/~")
            places = [here, *here.parents]
        for start in places:
            path = Path(os.path.normpath(start / address))
            if not inside(self._folder.repository, path):
                continue
            if path.is_file() and path.stat().st_size <= MAX_TEXT:
                return path
        return None


def _code(path: Path) -> list[str]:
    text = CONTROL.sub("", decode(path.read_bytes())[0].replace("\r\n", "\n"))
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}{path.suffix[1:].lower()}", *_trimmed(text.split("\n")), fence]


def _trimmed(lines: list[str]) -> list[str]:
    """Lines without empty ones at either end."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []
