"""What a copy says of its recipient in its metadata: the XMP packet and the document information."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lxml import etree
from pikepdf import Pdf, String

NAMESPACE = "urn:guidepress:copy#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_META = "adobe:ns:meta/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_PDFA = "http://www.aiim.org/pdfa/ns/id/"
_DUBLIN = "http://purl.org/dc/elements/1.1/"

# Properties with their types and what they mean.
_PROPERTIES = {
    "name": ("Text", "Whom this copy was made for"),
    "number": ("Integer", "The number of this copy"),
    "licence": ("Text", "The terms of this copy"),
    "mark": ("Text", "The identity of this copy in the register of whoever made it"),
}
_KEYS = {"name": "/Recipient", "number": "/Copy", "licence": "/Licence", "mark": "/CopyMark"}
_TOKEN = re.compile(rb"@@guidepress-([a-z]+)@@")
EMPTY = f"""<x:xmpmeta xmlns:x="{_META}"><rdf:RDF xmlns:rdf="{_RDF}"/></x:xmpmeta>"""


@dataclass(frozen=True, slots=True)
class About:
    """What the metadata of a copy say; `mark` is its identity in hexadecimal."""

    name: str
    number: int
    licence: str
    mark: str


def template(pdf: Pdf, archival: bool) -> bytes:
    """The XMP packet of a book with places for what `packet` fills in.

    Without `archival` it no longer claims to be PDF/A.
    """
    tree = _read(pdf)
    rdf = tree.find(f"{{{_RDF}}}RDF")
    assert rdf is not None
    own = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap={"copy": NAMESPACE})
    own.set(f"{{{_RDF}}}about", "")
    for key in _PROPERTIES:
        etree.SubElement(own, f"{{{NAMESPACE}}}{key}").text = f"@@guidepress-{key}@@"
    if archival:
        _declare(rdf)
    else:
        for claim in rdf.iter(f"{{{_RDF}}}Description"):
            for name in [n for n in claim.attrib if str(n).startswith(f"{{{_PDFA}}}")]:
                del claim.attrib[name]
            for child in [c for c in claim if str(c.tag).startswith(f"{{{_PDFA}}}")]:
                claim.remove(child)
    # As text, so that a name needs no character of another encoding than the packet's.
    text: bytes = etree.tostring(tree, encoding="utf-8")
    begin = '<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return begin.encode() + text + b'\n<?xpacket end="r"?>'


def packet(made: bytes, about: About) -> bytes:
    """The XMP packet of one copy, from the template."""
    values = {key: escape(str(getattr(about, key)), quote=False).encode() for key in _PROPERTIES}
    return _TOKEN.sub(lambda match: values[match[1].decode()], made)


def information(about: About) -> Mapping[str, bytes]:
    """Entries of the document information dictionary, as PDF objects by key."""
    return {key: String(str(getattr(about, name))).unparse() for name, key in _KEYS.items()}


def read(pdf: Pdf) -> About | None:
    """What the metadata of a PDF say; the document information, or where that is gone the XMP packet."""
    found = {name: str(pdf.docinfo[key]) for name, key in _KEYS.items() if key in pdf.docinfo}
    rdf = _read(pdf).find(f"{{{_RDF}}}RDF")
    for key in _PROPERTIES:
        for element in rdf.iter(f"{{{NAMESPACE}}}{key}") if rdf is not None else ():
            found.setdefault(key, element.text or "")
        for element in rdf.iter(f"{{{_RDF}}}Description") if rdf is not None else ():
            # Other programs write simple values as attributes.
            if (value := element.get(f"{{{NAMESPACE}}}{key}")) is not None:
                found.setdefault(key, value)
    if "name" not in found and "mark" not in found:
        return None
    number = found.get("number", "")
    return About(
        found.get("name", ""),
        int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0,
        found.get("licence", ""),
        found.get("mark", ""),
    )


def _read(pdf: Pdf) -> etree._Element:
    """The packet of a PDF as XML; an empty one where it has none, or one that cannot be read."""
    stream = pdf.Root.get("/Metadata")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_pis=True, huge_tree=False
    )
    try:
        tree = etree.fromstring(stream.read_bytes(), parser) if stream is not None else None
    except (etree.XMLSyntaxError, ValueError, RuntimeError, AttributeError):
        tree = None
    if tree is not None and tree.tag == f"{{{_RDF}}}RDF":
        whole = etree.fromstring(EMPTY, parser)
        whole.replace(whole[0], tree)
        tree = whole
    if tree is None or tree.find(f"{{{_RDF}}}RDF") is None:
        tree = etree.fromstring(EMPTY, parser)
        if "/Title" in pdf.docinfo:
            _title(tree[0], str(pdf.docinfo["/Title"]))
    return tree


def _title(rdf: etree._Element, title: str) -> None:
    about = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap={"dc": _DUBLIN})
    about.set(f"{{{_RDF}}}about", "")
    holder = etree.SubElement(about, f"{{{_DUBLIN}}}title")
    item = etree.SubElement(etree.SubElement(holder, f"{{{_RDF}}}Alt"), f"{{{_RDF}}}li")
    item.set("{http://www.w3.org/XML/1998/namespace}lang", "x-default")
    item.text = "".join(c for c in title if c >= " ")


def _declare(rdf: etree._Element) -> None:
    """Declare the properties: PDF/A knows only those of its own schemas and of those that a file declares."""
    bag = next(iter(rdf.iter(f"{{{_EXTENSION}}}schemas")), None)
    if bag is None:
        names = {"pdfaExtension": _EXTENSION, "pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY}
        about = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap=names)
        about.set(f"{{{_RDF}}}about", "")
        bag = etree.SubElement(about, f"{{{_EXTENSION}}}schemas")
        etree.SubElement(bag, f"{{{_RDF}}}Bag")
    schema = _resource(bag[0])
    texts = {"schema": "guidepress personal copy", "namespaceURI": NAMESPACE, "prefix": "copy"}
    for key, text in texts.items():
        etree.SubElement(schema, f"{{{_SCHEMA}}}{key}").text = text
    properties = etree.SubElement(
        etree.SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq"
    )
    for key, (kind, meaning) in _PROPERTIES.items():
        described = _resource(properties)
        values = {"name": key, "valueType": kind, "category": "external", "description": meaning}
        for what, text in values.items():
            etree.SubElement(described, f"{{{_PROPERTY}}}{what}").text = text


def _resource(holder: etree._Element) -> etree._Element:
    item = etree.SubElement(holder, f"{{{_RDF}}}li")
    item.set(f"{{{_RDF}}}parseType", "Resource")
    return item
