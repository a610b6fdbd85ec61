"""OpenDocument texts put together part by part, so that each element is accounted for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = (
    " ".join(
        f'xmlns:{prefix}="{_URN}{name}:1.0"'
        for prefix, name in {
            "office": "office",
            "text": "text",
            "table": "table",
            "style": "style",
            "draw": "drawing",
            "svg": "svg-compatible",
            "meta": "meta",
            "script": "script",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
MIMETYPE = "application/vnd.oasis.opendocument.text"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def content(inner: str, *, styles: str = "") -> str:
    return (
        f"{HEAD}<office:document-content {NAMES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{inner}</office:text></office:body>"
        "</office:document-content>"
    )


def package(main: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", (2022, 1, 9, 12, 0, 0)), MIMETYPE)
        for name, data in {"content.xml": main, **(parts or {})}.items():
            entry = zipfile.ZipInfo(name, (2022, 1, 9, 12, 0, 0))
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def flat(inner: str, *, meta: str = "", masters: str = "") -> bytes:
    return (
        f'{HEAD}<office:document {NAMES} office:mimetype="{MIMETYPE}"><office:meta>{meta}'
        f"</office:meta><office:master-styles>{masters}</office:master-styles><office:body>"
        f"<office:text>{inner}</office:text></office:body></office:document>"
    ).encode()


def p(inner: str = "", style: str = "") -> str:
    look = f' text:style-name="{style}"' if style else ""
    return f"<text:p{look}>{inner}</text:p>"


def region(change: str, kind: str, inner: str = "", *, author: str = "A. Editor") -> str:
    """What is known of a change: `insertion`, `deletion` or `format-change`."""
    return (
        f'<text:changed-region text:id="{change}"><text:{kind}><office:change-info>'
        f"<dc:creator>{author}</dc:creator><dc:date>2022-01-10T09:30:00</dc:date>"
        f"</office:change-info>{inner}</text:{kind}></text:changed-region>"
    )


def tracked(*regions: str) -> str:
    return f"<text:tracked-changes>{''.join(regions)}</text:tracked-changes>"


def inserted(change: str, inner: str) -> str:
    return (
        f'<text:change-start text:change-id="{change}"/>{inner}'
        f'<text:change-end text:change-id="{change}"/>'
    )


def deleted(change: str) -> str:
    return f'<text:change text:change-id="{change}"/>'
