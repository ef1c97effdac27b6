"""Where links lead and which images are shown."""

from __future__ import annotations

import re
from urllib.parse import quote

from guidepress.diagnostics import Hint, Span, warning
from guidepress.markdown.state import ImageUse, ParseState, ReferenceUse

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# A chapter is called by its file; books written for a site also call it by the page it becomes there.
CHAPTERS = (".md", ".markdown", ".html")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# What is meant as the address of a site: more names of sites end otherwise, but files do, too.
_SITE = re.compile(
    r"www\.|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|info|io|dev|app|ai|de|fr|uk|eu)(?:[/:?#]|$)",
    re.IGNORECASE,
)
_SAFE = "%/:=&?~#+!$,;'@()*[]"


def link(href: str, span: Span, state: ParseState) -> dict[str, str]:
    """The attributes of a link. One into the book is noted as a reference."""
    scheme = _SCHEME.match(href)
    if scheme is not None:
        if scheme[1].lower() in SCHEMES:
            return {"href": quote(href, safe=_SAFE)}
        message = f"a link may begin with {', '.join(sorted(SCHEMES))}, not with `{scheme[1]}`"
        hints = ("its text is printed without a link",)
        state.report(warning("link-scheme", message, span, hints=hints))
        return {}
    if href.startswith("//"):
        return {"href": quote(f"https:{href}", safe=_SAFE)}
    path, mark, name = href.partition("#")
    if _SITE.match(path) and not path.lower().endswith((".md", ".markdown")):
        message = f"`{href}` is not a web address without `https://`; its link is printed as text"
        hints = (Hint(f"write `https://{href}`", href, f"https://{href}"),)
        state.report(warning("link-scheme-missing", message, span, hints=hints))
        return {"data-href": href}
    if (mark and name and not path) or path.lower().endswith(CHAPTERS):
        state.references.append(ReferenceUse(href, span))
        return {"class": "ref", "href": href, "data-ref": str(len(state.references) - 1)}
    if not path:
        message = "this link leads nowhere"
        hints = (
            "write its target between the parentheses: a web address, `#name` or a chapter's file",
        )
        state.report(warning("link-empty", message, span, hints=hints))
        return {}
    message = f"`{href}` is a file beside the book; its link is printed as text"
    hints = ("link to a web address, to `#name` or to a chapter's `.md` file",)
    state.report(warning("link-local-file", message, span, hints=hints))
    return {"data-href": href}


def image(src: str, alt: str, span: Span, state: ParseState) -> dict[str, str]:
    """The attributes of an image, which is noted."""
    state.images.append(ImageUse(src, alt, span))
    return {"src": src, "alt": alt, "data-image": str(len(state.images) - 1)}
