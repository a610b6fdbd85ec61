"""PDF files put together object by object, so that each byte is accounted for."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def assemble(
    objects: Sequence[bytes], trailer: bytes = b"", header: bytes = b"%PDF-1.7\n"
) -> bytes:
    """Number the objects from 1, the first being the catalog; with a table of where they stand."""
    out, places = bytearray(header), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def document(
    *contents: bytes,
    page: bytes = b"/MediaBox [0 0 612 792]",
    first: bytes = b"",
    catalog: bytes = b"",
    more: Sequence[bytes] = (),
    resources: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """A page for each content stream, `first` said of the first page only.

    `more` are objects numbered from 4 + 2 × pages on.
    """
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        FONT,
    ]
    for at, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R %s %s /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>"
            % (page, b"" if at else first, 5 + 2 * at, resources)
        )
        objects.append(stream(content))
    return assemble([*objects, *more], trailer)


def written(*lines: str, at: tuple[int, int] = (72, 720), size: int = 12, mode: int = 0) -> bytes:
    """Lines of text, one below the other."""
    shown = b" ".join(
        b"(%s) Tj 0 -14 Td" % line.encode("cp1252").replace(b"(", rb"\(").replace(b")", rb"\)")
        for line in lines
    )
    return b"BT /F1 %d Tf %d Tr %d %d Td %s ET\n" % (size, mode, *at, shown)


def with_packed_objects(objects: Mapping[int, bytes], plain: bytes) -> bytes:
    """A document whose `plain` file is followed by objects that are packed together."""
    head = b" ".join(b"%d 0" % number for number in objects)
    packed = zlib.compress(head + b"\n" + b"\n".join(objects.values()))
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode " % (
        len(objects),
        len(head) + 1,
    )
    cut = plain.rindex(b"xref\n0")
    return plain[:cut] + b"900 0 obj\n" + stream(packed, entries) + b"\nendobj\n" + plain[cut:]
