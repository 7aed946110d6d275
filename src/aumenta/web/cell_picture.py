# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A layer of cells as a picture: one pixel a cell, for paper and for browsers that draw no map."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aumenta.web.map_classes import MISSING_COLOUR, NO_CLASS


def picture(
    gx: NDArray[np.int32], gy: NDArray[np.int32], classes: NDArray[np.uint8], colours: Sequence[str]
) -> bytes:
    """PNG (palette, transparent outside) of the cells, grid north up; cells without a value are chequered grey."""
    if not len(gx):
        return png(np.zeros((1, 1), np.uint8), ["#ffffff"])
    wide, tall = int(gx.max() - gx.min()) + 1, int(gy.max() - gy.min()) + 1
    x, y = gx - gx.min(), gy.max() - gy
    number = np.where(classes == NO_CLASS, len(colours) + 1 + (x + y) % 2, classes + 1).astype(np.uint8)
    pixels = np.zeros((tall, wide), np.uint8)
    pixels[y, x] = number
    return png(pixels, ["#ffffff", *colours, MISSING_COLOUR, "#8f959e"])


def png(pixels: NDArray[np.uint8], palette: Sequence[str]) -> bytes:
    """PNG of numbers of a palette, the first of which is transparent."""
    tall, wide = pixels.shape
    rows = np.concatenate([np.zeros((tall, 1), np.uint8), pixels], axis=1).tobytes()
    colours = b"".join(bytes.fromhex(c[1:]) for c in palette)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, tall, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"tRNS", b"\x00"),
            _chunk(b"IDAT", zlib.compress(rows, 6)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
