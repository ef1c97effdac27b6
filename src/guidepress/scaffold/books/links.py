"""Where links lead and which images are shown: addresses of a site become paths of the guide."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from guidepress.markdown.tree.links import SCHEMES
from guidepress.scaffold.books.folder import Folder, natural
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.report import Fate, Report
from guidepress.source.files import MAX_IMAGE, inside
from guidepress.source.images import SUFFIXES

# Where pictures from elsewhere go, beside `chapters/`.
ELSEWHERE = "images"
_DESTINATION = re.compile(
    r"(?P<image>!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)?\]\((?P<gap>[ \t]*)"
    r"(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*\))+))(?=[\s)])"
)
_SPACED = re.compile(
    r"(?P<image>!\[[^\[\]]*)\]\((?P<bare>[^()\n\"']+\.(?:png|jpe?g|gif|webp|svg))\)", re.IGNORECASE
)
_DEFINED = re.compile(
    r"^(?P<before> {0,3}\[[^\[\]^][^\[\]]*\]:[ \t]*)<?(?P<bare>[^\s<>]+)>?", re.MULTILINE
)
_TAGGED = re.compile(
    r"""(?P<before><(?P<tag>img|a)\b[^<>]*?\s(?:src|href)\s*=\s*)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'<>]+))""",
    re.IGNORECASE,
)
_WIKI = re.compile(
    r"(?P<embed>!)?\[\[(?P<target>[^\[\]|#\n]*)(?P<heading>#[^\[\]|\n]*)?(?:\\?\|(?P<words>[^\[\]\n]*))?\]\](?!\()"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# javascript.info's links to its own articles: `info:closure`, also between angle brackets.
_OWN = "info:"
_AUTOLINK = re.compile(r"<info:(?P<bare>[\w./-]+(?:#[\w-]+)?)>")
_ROOTS = (
    "",
    "static",
    "public",
    ".vuepress/public",
    "docs/.vuepress/public",
    "docs/public",
    "assets",
    "source",
    "docs",
    "src",
    "content",
)
_INDEXES = ("index", "README", "_index", "readme")


@dataclass(slots=True)
class Pictures:
    """Images that are taken along: the name below `source/` -> the file."""

    folder: Folder
    copies: dict[str, Path] = field(default_factory=dict)
    # Web address -> where it is shown.
    remote: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    # Web address -> the name below `source/`, once it has been fetched.
    fetched: dict[str, str] = field(default_factory=dict)

    def take(self, path: Path) -> str:
        """Note an image outside of the pages' own folders; gives its name below `source/`."""
        name = os.path.relpath(path.resolve(), self.folder.repository).replace(os.sep, "/")
        name = posixpath.join(ELSEWHERE, name.lstrip("./"))
        self.copies[name] = path
        return name


class Links:
    """Rewrites the addresses in pages. `targets` says where each file of the folder is in `chapters/`."""

    def __init__(
        self, folder: Folder, targets: Mapping[str, str], base: str, pictures: Pictures
    ) -> None:
        self._folder = folder
        self._targets = targets
        self._base = base
        self._pictures = pictures
        self._images = set(folder.images)
        self._named_by: dict[str, str] = {}
        for name in sorted(targets, key=lambda n: (n.count("/"), n)):
            for other in _names_of(name):
                self._named_by.setdefault(other, name)
        self._by_folder: dict[str, str] = {}
        for name in sorted(targets, key=natural):
            if key := _folder_key(name):
                self._by_folder.setdefault(key, name)
        self._by_stem: dict[str, list[str]] = {}
        for name in targets:
            stem = posixpath.splitext(posixpath.basename(name))[0]
            self._by_stem.setdefault(_wiki_key(stem), []).append(name)
        self._image_names: dict[str, str] = {}
        for name in reversed(folder.images):
            self._image_names[posixpath.basename(name).lower()] = name

    def rewrite(self, page: Page) -> None:
        """Rewrite the addresses of one page."""
        if page.has("[["):
            page.replace(_WIKI, lambda match, at: self._wiki(page, match, at))
        if page.has("<info:"):
            page.replace(_AUTOLINK, lambda match, at: self._own(page, match["bare"], at))
        if page.has("]("):
            page.replace(_SPACED, lambda match, at: self._spaced(page, match, at), across=True)
            page.replace(_DESTINATION, lambda match, at: self._inline(page, match, at), across=True)
        if page.has("]:"):
            page.replace(_DEFINED, lambda match, at: self._definition(page, match, at))
        if page.has("src", "href", "SRC", "HREF"):
            page.replace(_TAGGED, lambda match, at: self._tag(page, match, at), across=True)

    def show_fetched(self, page: Page) -> None:
        """Rewrite the addresses of images that have been fetched, and nothing else."""

        def change(match: re.Match[str], at: int) -> str | None:
            groups = match.groupdict()
            address = next(
                (groups[k] for k in ("angled", "double", "single", "bare") if groups.get(k)), ""
            )
            url = f"https:{address}" if address.startswith("//") else address
            name = self._pictures.fetched.get(url)
            if name is None:
                return None
            return match[0].replace(
                address, quote(_relative(name, f"chapters/{page.target}"), safe=_SAFE)
            )

        for pattern in (_DESTINATION, _DEFINED, _TAGGED):
            page.replace(pattern, change, across=True)

    def _inline(self, page: Page, match: re.Match[str], at: int) -> str | None:
        address = match["angled"] if match["angled"] is not None else match["bare"]
        new = self._new(page, address, at, image=match["image"] is not None)
        if new is None:
            return None
        return f"{match['image'] or ''}]({match['gap']}{_written(new)}"

    def _spaced(self, page: Page, match: re.Match[str], at: int) -> str | None:
        """`![](my picture.png)`, which is no image for CommonMark and is one for many tools."""
        if not re.search(r"\s", match["bare"].strip()) or match["bare"].startswith("<"):
            return None
        page.say(Fate.CHANGED, "spaces in the address of an image are escaped", at)
        return f"{match['image']}](<{match['bare'].strip()}>)"

    def _definition(self, page: Page, match: re.Match[str], at: int) -> str | None:
        image = posixpath.splitext(match["bare"].lower())[1] in SUFFIXES
        new = self._new(page, match["bare"], at, image=image, report=False)
        return None if new is None else f"{match['before']}{_written(new)}"

    def _tag(self, page: Page, match: re.Match[str], at: int) -> str | None:
        address = next((match[k] for k in ("double", "single", "bare") if match[k] is not None), "")
        new = self._new(page, address, at, image=match["tag"].lower() == "img")
        return None if new is None else f'{match["before"]}"{new}"'

    def _new(
        self, page: Page, address: str, at: int, *, image: bool, report: bool = True
    ) -> str | None:
        """The address as it is in the guide; None where it is to stay."""
        address = address.strip()
        if not address or address.startswith("#"):
            return None
        if image:
            return self._image(page, address, at, report=report)
        return self._chapter(page, address, at)

    # Chapters

    def _chapter(self, page: Page, address: str, at: int) -> str | None:
        bare = address.removeprefix("@site/")
        if bare.startswith(_OWN):
            bare = f"/{bare.removeprefix(_OWN)}"
        elif bare.startswith("//"):
            return None
        elif match := _SCHEME.match(bare):
            scheme = match[0][:-1].lower()
            if scheme not in SCHEMES:
                what = f"a link to `{scheme}:…`, which is not an address; only its text is printed"
                page.say(Fate.UNKNOWN, what, at)
            return None
        path, mark, anchor = bare.partition("#")
        path = unquote(path.partition("?")[0])
        name = self._found(page.name, path) if path else ""
        if not name and path.startswith("/"):
            name = self._by_folder.get(posixpath.basename(path.rstrip("/")), "")
        if not name:
            if address.startswith(_OWN):
                page.say(Fate.UNKNOWN, "a link to an article that is not there", at)
            return None
        target = _relative(self._targets[name], page.target)
        if posixpath.normpath(path) == target and not address.startswith("@"):
            return None
        page.say(Fate.CHANGED, "a link leads to a chapter by its file", at)
        return f"{quote(target, safe=_SAFE)}{mark}{anchor}"

    def _own(self, page: Page, address: str, at: int) -> str:
        """`<info:closure>` shows the title of an article."""
        found = self._chapter(page, _OWN + address, at)
        if found is not None:
            return f"[]({_written(found)})"
        return f"`{address}`"

    def _found(self, page: str, path: str) -> str:
        here = posixpath.dirname(page)
        starts = self._roots() if path.startswith("/") else (here, posixpath.splitext(page)[0])
        paths = [path.lstrip("/")]
        if path.startswith("/") and "/" in paths[0]:
            # A site may serve its pages from a folder that is none.
            paths.append(paths[0].partition("/")[2])
        for start in starts:
            for one in paths:
                joined = posixpath.normpath(posixpath.join(start, one))
                stem, suffix = posixpath.splitext(joined)
                if joined in self._targets:
                    return joined
                if suffix in _SUFFIXES and stem in self._named_by:
                    return self._named_by[stem]
                if joined in self._named_by:
                    return self._named_by[joined]
        return ""

    def _roots(self) -> Iterator[str]:
        yield from dict.fromkeys((self._base, "", *_ROOTS))

    # Images

    def _image(self, page: Page, address: str, at: int, *, report: bool) -> str | None:
        if _SCHEME.match(address) or address.startswith("//"):
            return self._remote(page, address, at)
        path = unquote(address.partition("#")[0].partition("?")[0])
        found = self._picture(page, path)
        if found is None:
            if report:
                page.say(Fate.UNKNOWN, "an image that is not there; its text is printed", at)
            return None
        plain = posixpath.normpath(posixpath.join("chapters", posixpath.dirname(page.target), path))
        if plain == found and not path.startswith("/"):
            return None
        page.say(Fate.CHANGED, "an image is shown from where it is in the guide", at)
        return quote(_relative(found, f"chapters/{page.target}"), safe=_SAFE)

    def _picture(self, page: Page, path: str) -> str | None:
        """The name below `source/` of the image that a page means."""
        for place in self._places(page, path):
            name = os.path.relpath(place, self._folder.root).replace(os.sep, "/")
            if name in self._images:
                return f"chapters/{name}"
            if (
                place.suffix.lower() in SUFFIXES
                and inside(self._folder.repository, place)
                and place.is_file()
                and place.stat().st_size <= MAX_IMAGE
            ):
                return self._pictures.take(place)
        if path.startswith(("/", "@")):
            # The root of a site may be any folder that is copied into it.
            tail = "/" + path.lstrip("@").lstrip("/")
            tail = tail if not path.startswith("@") else "/" + tail.partition("/static/")[2]
            found = [n for n in self._images if f"/{n}".endswith(tail)] if len(tail) > 1 else []
            if found:
                return f"chapters/{min(found, key=lambda n: (len(n), n))}"
        return None

    def _places(self, page: Page, path: str) -> Iterator[Path]:
        root, repository = self._folder.root.resolve(), self._folder.repository
        if path.startswith("@"):
            path = "/" + path.partition("/")[2]
        if not path.startswith("/"):
            here = root / posixpath.dirname(page.name)
            yield Path(os.path.normpath(here / path))
            yield Path(os.path.normpath(root / posixpath.splitext(page.name)[0] / path))
        path = re.sub(r"^(\.\./|\./|/)+", "", path)
        around = root
        while True:
            for name in dict.fromkeys((self._base, *_ROOTS)):
                yield Path(os.path.normpath(around / name / path))
            if around == repository or around.parent == around:
                return
            around = around.parent

    def _remote(self, page: Page, address: str, at: int) -> str | None:
        url = f"https:{address}" if address.startswith("//") else address
        if not url.lower().startswith(("http://", "https://")):
            return None
        self._pictures.remote.setdefault(url, []).append((page.name, at + 1))
        return None

    # [[wiki links]]

    def _wiki(self, page: Page, match: re.Match[str], at: int) -> str | None:
        target, words = match["target"].strip(), (match["words"] or "").strip()
        heading = (match["heading"] or "").lstrip("#").strip()
        if match["embed"] or posixpath.splitext(target.lower())[1] in SUFFIXES:
            return self._embedded(page, match, target, at)
        if not target and not heading:
            return None
        name = self._named(page, target) if target else page.name
        if not name and words and (name := self._named(page, words)):
            # GitHub's wikis have the words first.
            target, words = words, target
        shown = words or (target if target else f"{target} {heading}".strip()) or heading
        if not name:
            page.say(Fate.UNKNOWN, "a wiki link to a page that is not there; its text is kept", at)
            return shown
        page.say(Fate.CHANGED, "a wiki link is a link", at)
        anchor = f"#{_slug(heading)}" if heading else ""
        path = "" if name == page.name and heading else _relative(self._targets[name], page.target)
        return f"[{shown}]({_written(quote(path, safe=_SAFE) + anchor)})"

    def _embedded(self, page: Page, match: re.Match[str], target: str, at: int) -> str | None:
        if posixpath.splitext(target.lower())[1] not in SUFFIXES:
            page.say(Fate.UNKNOWN, "another page shown within this one; its name is kept", at)
            return target or match[0]
        found = self._image_names.get(posixpath.basename(target).lower())
        words = (match["words"] or "").strip()
        alt = "" if re.fullmatch(r"[\dx]*", words) else words
        page.say(Fate.CHANGED, "a wiki's image is an image", at)
        path = f"chapters/{found}" if found else ""
        own = _relative(path, f"chapters/{page.target}") if path else target
        return f"![{alt or posixpath.splitext(posixpath.basename(target))[0]}]({_written(own)})"

    def _named(self, page: Page, target: str) -> str:
        if name := self._found(page.name, target):
            return name
        names = self._by_stem.get(_wiki_key(posixpath.basename(target)), [])
        names = [
            n for n in names if _wiki_key(posixpath.splitext(n)[0]).endswith(_wiki_key(target))
        ] or names
        return min(names, key=lambda n: (n.count("/"), n), default="")


_SAFE = "%/:=&?~#+!$,;'@*[]()."


_SUFFIXES = frozenset((".html", ".htm", ".md", ".mdx", ".markdown"))


def _names_of(name: str) -> Iterator[str]:
    """What a site calls a file: its name without a suffix; an index by its folder."""
    stem = posixpath.splitext(name)[0]
    yield stem
    if posixpath.basename(stem) in _INDEXES:
        yield posixpath.dirname(stem) or "."


def _folder_key(name: str) -> str:
    """The folder of a file as a site calls it, without the number that sorts it."""
    return re.sub(r"^\d+[-_.]", "", posixpath.basename(posixpath.dirname(name)))


def _relative(target: str, page: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def _written(address: str) -> str:
    """An address as it stands between parentheses."""
    return f"<{address}>" if re.search(r"[\s()]", address) else address


def _wiki_key(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.strip().lower())


def _slug(heading: str) -> str:
    from guidepress.book.slugs import slugify

    return slugify(heading)


def report_remote(pictures: Pictures, report: Report) -> None:
    """Say which images are on the network still."""
    for url, places in pictures.remote.items():
        if url not in pictures.fetched:
            for file, line in places:
                report.say(
                    Fate.LEFT, f"the image {url} on the network (`--fetch` brings it)", file, line
                )
