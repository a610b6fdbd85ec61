"""DOCX packages put together part by part, so that each element is accounted for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def part(root: str, inner: str) -> str:
    return f"{HEAD}<w:{root} {NAMES}>{inner}</w:{root}>"


def body(inner: str) -> str:
    return part("document", f"<w:body>{inner}<w:sectPr/></w:body>")


def relations(*found: tuple[str, str, str], outside: tuple[tuple[str, str, str], ...] = ()) -> str:
    """Relations, each with its id, the last word of its type, its target."""
    inner = "".join(f'<Relationship Id="{i}" Type="{R}/{k}" Target="{t}"/>' for i, k, t in found)
    inner += "".join(
        f'<Relationship Id="{i}" Type="{R}/{k}" Target="{t}" TargetMode="External"/>'
        for i, k, t in outside
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{HEAD}<Relationships xmlns="{space}">{inner}</Relationships>'


def package(document: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A DOCX with this main part and others; relations and types where none are given."""
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": document,
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in whole.items():
            entry = zipfile.ZipInfo(name, (2022, 1, 9, 12, 0, 0))
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def p(text: str = "", *, style: str = "", inner: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p>{look}{run}{inner}</w:p>"


def r(text: str, look: str = "") -> str:
    rpr = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{text}</w:t></w:r>'


def changed(name: str, text: str, *, author: str = "A. Editor", date: str = "") -> str:
    """A tracked change: `ins`, `del`, `moveFrom` or `moveTo`."""
    when = f' w:date="{date}"' if date else ""
    tag = "delText" if name == "del" else "t"
    return (
        f'<w:{name} w:id="1" w:author="{author}"{when}><w:r><w:{tag} xml:space="preserve">{text}'
        f"</w:{tag}></w:r></w:{name}>"
    )


def table(*rows: tuple[str, ...]) -> str:
    """A table whose cells hold what is given: paragraphs and tables."""
    return (
        "<w:tbl>"
        + "".join(
            "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows
        )
        + "</w:tbl>"
    )


def box(inner: str) -> str:
    """A text box, as new and old programs find it: one choice, one fallback."""
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx><w:txbxContent>{inner}'
        "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>"
        f"{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{r(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
