"""What `zipfile` raises on a damaged or hostile archive, by what is being read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import Final

# NotImplementedError is zipfile's word for a packing, or a version, that it does not know.
CONTENTS_DAMAGE: Final = (
    zipfile.BadZipFile,
    EOFError,
    ValueError,
    NotImplementedError,
    OverflowError,
)
"""While the table of contents is read."""
DAMAGE: Final = (*CONTENTS_DAMAGE, zlib.error, struct.error, OSError)
"""While members are unpacked as well."""
