"""The metadata of a book: its XMP packet and its document information dictionary.

Both say the same, as PDF/A demands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape as escaped

from guidepress.pdf.model import Metadata

PRODUCER = "guidepress"

# The identification schema of PDF/UA is not among those that PDF/A knows, so it is declared.
_PDFUA_SCHEMA = """
<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of PDF/UA that the file conforms to</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


def packet(metadata: Metadata) -> bytes:
    """Return the XMP packet of a book that conforms to PDF/A-3a and PDF/UA-1."""
    conformance = """<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>"""
    return _packet(metadata, conformance, _PDFUA_SCHEMA)


def press_packet(metadata: Metadata, document: str) -> bytes:
    """Return the XMP packet of a file that conforms to PDF/X-4, which `document` identifies (ISO 15930-7, 6.16)."""
    if metadata.created is None:
        raise ValueError("PDF/X-4 asks for the time that a file was made")
    date = _time(metadata.created).strftime("%Y-%m-%dT%H:%M:%SZ")
    conformance = f"""<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
    pdfxid:GTS_PDFXVersion="PDF/X-4"/>
<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmpMM:DocumentID="{document}" xmpMM:VersionID="1" xmpMM:RenditionClass="default"/>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:MetadataDate="{date}"/>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Trapped="False"/>"""
    return _packet(metadata, conformance)


def _packet(metadata: Metadata, conformance: str, schema: str = "") -> bytes:
    dublin = [
        f"<dc:title>{_alternatives(metadata.title)}</dc:title>",
        f"<dc:language>{_list('Bag', [metadata.language])}</dc:language>",
    ]
    if metadata.authors:
        dublin.append(f"<dc:creator>{_list('Seq', metadata.authors)}</dc:creator>")
    if metadata.subject:
        dublin.append(f"<dc:description>{_alternatives(metadata.subject)}</dc:description>")
    if metadata.keywords:
        dublin.append(f"<dc:subject>{_list('Bag', metadata.keywords)}</dc:subject>")
    if metadata.rights:
        dublin.append(f"<dc:rights>{_alternatives(metadata.rights)}</dc:rights>")
    if metadata.identifier:
        dublin.append(f"<dc:identifier>{escape(metadata.identifier)}</dc:identifier>")
    basic = f"<xmp:CreatorTool>{escape(metadata.creator)}</xmp:CreatorTool>"
    if metadata.created is not None:
        date = _time(metadata.created).strftime("%Y-%m-%dT%H:%M:%SZ")
        basic += f"<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>"
    pdf = f" pdf:Producer={_quoted(PRODUCER)}"
    if metadata.keywords:
        pdf += f" pdf:Keywords={_quoted(', '.join(metadata.keywords))}"
    return f"""<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
{conformance}
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
{"".join(dublin)}
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">{basic}</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"{pdf}/>{schema}
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def information(metadata: Metadata) -> dict[str, str]:
    """Return the entries of the document information dictionary, by their keys."""
    entries = {
        "/Title": metadata.title,
        "/Author": ", ".join(metadata.authors),
        "/Subject": metadata.subject,
        "/Keywords": ", ".join(metadata.keywords),
        "/Creator": metadata.creator,
        "/Producer": PRODUCER,
    }
    if metadata.created is not None:
        date = _time(metadata.created).strftime("D:%Y%m%d%H%M%S+00'00'")
        entries["/CreationDate"] = entries["/ModDate"] = date
    return {key: text for key, text in entries.items() if text}


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _alternatives(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _list(kind: str, texts: Sequence[str]) -> str:
    items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<rdf:{kind}>{items}</rdf:{kind}>"


def escape(text: str) -> str:
    """Plain text as XML. The standard library's own function for that loads what reads from the network."""
    return escaped(text, quote=False)


def _quoted(text: str) -> str:
    value = escape(text).replace('"', "&quot;")
    return f'"{value}"'
