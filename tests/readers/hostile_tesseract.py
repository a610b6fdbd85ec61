"""A program that stands where Tesseract stands and answers what a hostile picture may make it answer."""

from __future__ import annotations

import os
import sys
import time

HEADER = b"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def row(left: object, top: object, width: object, height: object, conf: object, text: str) -> bytes:
    return f"5\t1\t1\t1\t1\t1\t{left}\t{top}\t{width}\t{height}\t{conf}\t{text}\n".encode()


def main() -> None:
    sys.stdin.buffer.read()
    match sys.argv[1]:
        case "hang":
            time.sleep(600)
        case "flood":
            while True:
                os.write(1, row(1, 1, 1, 1, 99, "flood") * 1000)
        case "die":
            os.abort()
        case "fail":
            sys.exit(1)
        case "silence":
            pass
        case "noise":
            os.write(1, os.urandom(4096))
        case "lie":
            os.write(
                1,
                HEADER
                + row(10, 10, 50, 20, 96, "sound")
                + row(10, 10, 999999, 20, 96, "wide")
                + row(-10, 10, 50, 20, 96, "left")
                + row(10, 10, 50, 20, 101, "sure")
                + row(10, 10, 50, 20, "nan", "nan")
                + row("1_0", 10, 50, 20, 96, "underline")
                + row(10, 10, 50, 20, 96, "x" * 5000)
                + row(70, 10, 50, 20, 95, "words\tmore")
                + b"5\t1\t1\t1\t1\t1\t10\t10\t50\t20\t96\t\xff\xfe\n"
                + row(70, 10, 50, 20, 94, "\u202eturned")
                + b"qantar-sight 1\n"
                + row(130, 10, 50, 20, 95, "words"),
            )
        case "ask":
            os.write(1, b'{"refused": true}\n' + HEADER)


if __name__ == "__main__":
    main()
