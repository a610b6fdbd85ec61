"""The most a table reader takes in, so that a hostile or broken file cannot fill a laptop.

Every cap that is met is a finding that says the size, the cap and what to do.
"""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

MAX_FILE_BYTES: Final = 256 * MIB  # of a table
MAX_READ_BYTES: Final = 4096 * MIB  # of any file; the readers have caps of their own below it
MAX_TEXT_BYTES: Final = 64 * MIB  # of running text, which is read whole
MAX_ROWS: Final = 2_000_000
MAX_COLUMNS: Final = 16_384  # what the widest spreadsheet program shows
MAX_CELLS: Final = 100_000_000  # rows times columns: 0.8 GB of references at 8 bytes each
MAX_CELL_CHARS: Final = MIB
# A quoted cell may be longer than MAX_CELL_CHARS and still be stepped over cleanly, up to here.
MAX_FIELD_CHARS: Final = 32 * MIB  # above any single line, see MAX_LINE_BYTES
MAX_LINE_BYTES: Final = 16 * MIB

MAX_UNPACKED_BYTES: Final = 1024 * MIB
MAX_RATIO: Final = 200  # unpacked to packed, of one part of a workbook
RATIO_FLOOR_BYTES: Final = 16 * MIB  # a small part may repeat itself as much as it likes
MAX_PARTS: Final = 10_000
# The workbook library lays a worksheet out as a full rectangle of 32-byte cells.
MAX_SHEET_CELLS: Final = 20_000_000

MAX_PIXELS: Final = 200_000_000  # of a picture that is decoded
# Of all that one reading decodes or draws to be read by sight: 1,100 pages of A4. More would
# take the time that it has for text.
MAX_SEEN_PIXELS: Final = 10_000_000_000

# What is read out of containers (mails, archives), however they stand in each other.
MAX_DEPTH: Final = 2  # a member, and what stands in it
MAX_MEMBERS: Final = 100_000
MAX_FILMS: Final = 500  # of those in one file, that are looked at
MAX_MEMBER_BYTES: Final = 256 * MIB
MAX_BESIDE_BYTES: Final = 128 * MIB  # of a member that is read for the sake of another
MAX_MEMBERS_BYTES: Final = 4096 * MIB  # unpacked, all together
MAX_RECORD_BYTES: Final = 128 * MIB  # of a web archive, as it was sent
MAX_NAME_CHARS: Final = 1_000  # of a member's name that is kept

MAX_PAGE_BYTES: Final = 64 * MIB
MAX_PAGE_PIECES: Final = 3_000_000  # tags, and texts between them
MAX_PAGE_DEPTH: Final = 512  # of elements in each other, as browsers have it
MAX_PAGE_SEGMENTS: Final = 300_000

MAX_FINDINGS_OF_A_KIND: Final = 1_000
MAX_DAMAGED_LINES_NAMED: Final = 100
MAX_CELLS_NAMED: Final = 20

# What a confined reader may answer, whatever it read.
MAX_FRAME_BYTES: Final = 64 * MIB
MAX_ANSWER_BYTES: Final = 16 * 1024 * MIB
MAX_RECORDS: Final = 200_000_000
MAX_DOCUMENTS: Final = 200_000

# What a confined reading may use.
MAX_READER_SECONDS: Final = 600  # of processor time
MAX_READER_BYTES: Final = 2 * 1024 * MIB
MAX_SILENT_SECONDS: Final = 120  # without answering anything
