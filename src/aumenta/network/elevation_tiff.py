# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A small reader of GeoTIFF: one band of heights in degrees, in strips or tiles, plain, deflate or LZW.

Written from the TIFF 6.0 specification (Adobe 1992), its Technical Note 3 (predictors) and OGC 19-008r4 (GeoTIFF 1.1).
What it does not read it refuses, with the command that converts the file.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import NetworkError, Problem
from aumenta.settings import get_settings

_CONVERT: Final = "gdalwarp -t_srs EPSG:4326 -ot Float32 -co COMPRESS=DEFLATE IN.tif OUT.tif"

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _STRIPS, _BANDS = 256, 257, 258, 259, 273, 277
_ROWS_PER_STRIP, _STRIP_BYTES, _PREDICTOR = 278, 279, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES, _FORMAT = 322, 323, 324, 325, 339
_PIXEL_SCALE, _TIEPOINT, _MATRIX, _GEO_KEYS, _NO_DATA = 33550, 33922, 34264, 34735, 42113
_MODEL_TYPE, _RASTER_TYPE, _GEOGRAPHIC = 1024, 1025, 2048
_TYPES: Final = {
    1: "B",
    3: "H",
    4: "I",
    6: "b",
    8: "h",
    9: "i",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
    18: "Q",
}
_PLAIN, _LZW, _DEFLATE, _OLD_DEFLATE = 1, 5, 8, 32946
_KINDS: Final = {(1, 8): "u1", (1, 16): "u2", (1, 32): "u4", (2, 8): "i1", (2, 16): "i2", (2, 32): "i4"} | {
    (3, 32): "f4",
    (3, 64): "f8",
}


@dataclass(frozen=True, slots=True)
class Raster:
    """Heights in rows from north to south, nan where not known; the outer corner in the north-west, degrees a pixel."""

    heights: NDArray[np.float32]
    west: float
    north: float
    pixel_x: float
    pixel_y: float


class _Refused(Exception):
    """Why the file is not read."""


def read_geotiff(path: Path) -> Raster:
    """Read the heights of `path`.

    Raises NetworkError naming the file for what is no GeoTIFF, is cut off, or is of a kind that is not read.
    """
    try:
        data = path.read_bytes()
        order, tags = _directory(data)
        return _raster(data, order, tags)
    except _Refused as refused:
        message = f"{refused}; `{_CONVERT}` makes one that is read"
    except OSError as error:
        message = f"cannot be opened: {error.strerror}"
    except (struct.error, zlib.error, ValueError, KeyError, IndexError, OverflowError):
        message = "it is cut off or damaged, or no GeoTIFF"
    raise NetworkError("Heights cannot be read.", [Problem(message, file=str(path))])


def _directory(data: bytes) -> tuple[str, dict[int, Any]]:
    """First directory of the file: byte order and tags."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        raise _Refused("it is no TIFF file")
    (version,) = struct.unpack_from(order + "H", data, 2)
    if version not in (42, 43):
        raise _Refused("it is no TIFF file")
    big = version == 43
    (start,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    (entries,) = struct.unpack_from(order + ("Q" if big else "H"), data, start)
    start += 8 if big else 2
    size = 20 if big else 12
    tags: dict[int, Any] = {}
    for entry in range(min(entries, 1000)):
        at = start + entry * size
        tag, kind, count = struct.unpack_from(order + ("HHQ" if big else "HHI"), data, at)
        width = 1 if kind in (2, 7) else struct.calcsize(_TYPES[kind]) if kind in _TYPES else 0
        inline = 8 if big else 4
        place = at + size - inline
        if width * count > inline:
            (place,) = struct.unpack_from(order + ("Q" if big else "I"), data, place)
        if place + width * count > len(data):
            raise ValueError("beyond the file")
        if kind in (2, 7):
            tags[tag] = data[place : place + count].rstrip(b"\0").decode("ascii", "replace")
        elif width:
            tags[tag] = struct.unpack_from(f"{order}{count}{_TYPES[kind]}", data, place)
    return order, tags


def _raster(data: bytes, order: str, tags: dict[int, Any]) -> Raster:
    west, north, pixel_x, pixel_y = _place(tags)
    raw = _pixels(data, order, tags)
    heights = raw.astype(np.float32)
    none = _no_data(tags.get(_NO_DATA))
    if none is not None:
        heights[raw == none] = np.nan
    heights[~np.isfinite(heights)] = np.nan
    return Raster(heights, west, north, pixel_x, pixel_y)


def _no_data(text: str | None) -> float | None:
    try:
        return None if text is None else float(text.strip())
    except ValueError:
        return None


def _place(tags: dict[int, Any]) -> tuple[float, float, float, float]:
    """Outer north-western corner and size of a pixel in degrees, from the geo keys."""
    keys = tags.get(_GEO_KEYS)
    if keys is None:
        raise _Refused("it does not say where on earth it lies (no GeoTIFF keys)")
    known = {keys[i]: keys[i + 3] for i in range(4, len(keys) - 3, 4) if keys[i + 1] == 0}
    if known.get(_MODEL_TYPE) != 2 or known.get(_GEOGRAPHIC) not in (4326, 4258):
        raise _Refused("it is not in degrees of WGS84 or ETRS89 (EPSG:4326, EPSG:4258)")
    if _MATRIX in tags:
        m = tags[_MATRIX]
        if m[1] or m[4]:
            raise _Refused("its grid is turned")
        west, north, pixel_x, pixel_y = m[3], m[7], m[0], -m[5]
    elif _PIXEL_SCALE in tags and _TIEPOINT in tags and len(tags[_TIEPOINT]) == 6:
        column, row, _, lon, lat, _ = tags[_TIEPOINT]
        pixel_x, pixel_y = tags[_PIXEL_SCALE][:2]
        west, north = lon - column * pixel_x, lat + row * pixel_y
    else:
        raise _Refused("it is tied to the earth by points, not by a grid")
    if pixel_x <= 0 or pixel_y <= 0:
        raise _Refused("its rows do not run from north to south")
    if known.get(_RASTER_TYPE) == 2:  # the tie is the middle of a pixel
        west, north = west - pixel_x / 2, north + pixel_y / 2
    return float(west), float(north), float(pixel_x), float(pixel_y)


def _pixels(data: bytes, order: str, tags: dict[int, Any]) -> NDArray[Any]:
    width, height = tags[_WIDTH][0], tags[_HEIGHT][0]
    most = get_settings().max_elevation_pixels
    if not 0 < width * height <= most:
        raise _Refused(f"it has {width} x {height} pixels, more than AUMENTA_MAX_ELEVATION_PIXELS ({most})")
    if tags.get(_BANDS, (1,))[0] != 1:
        raise _Refused("it has several bands")
    kind = _KINDS.get((tags.get(_FORMAT, (1,))[0], tags.get(_BITS, (1,))[0]))
    if kind is None:
        raise _Refused("its pixels are neither integers nor floats of 8 to 64 bits")
    if _TILES in tags:
        across, down = tags[_TILE_WIDTH][0], tags[_TILE_HEIGHT][0]
        places, sizes = tags[_TILES], tags[_TILE_BYTES]
    else:
        across, down = width, min(tags.get(_ROWS_PER_STRIP, (height,))[0], height)
        places, sizes = tags[_STRIPS], tags[_STRIP_BYTES]
    if not (0 < across <= 65_536 and 0 < down <= max(height, 65_536)):
        raise ValueError("size of tiles")
    columns = -(-width // across)
    if len(places) != columns * -(-height // down) or len(sizes) != len(places):
        raise ValueError("number of tiles")
    out = np.zeros((height, width), kind)
    for number, (place, size) in enumerate(zip(places, sizes, strict=True)):
        if not size:
            continue  # a tile that was never written: zeros, as GDAL reads it
        top, left = number // columns * down, number % columns * across
        rows = down if _TILES in tags else min(down, height - top)
        block = _block(data[place : place + size], (rows, across), np.dtype(kind), order, tags)
        out[top : top + rows, left : left + across] = block[: height - top, : width - left]
    return out


def _block(
    packed: bytes, shape: tuple[int, int], kind: np.dtype[Any], order: str, tags: dict[int, Any]
) -> NDArray[Any]:
    """One strip or tile, unpacked."""
    wanted = shape[0] * shape[1] * kind.itemsize
    compression = tags.get(_COMPRESSION, (1,))[0]
    if compression == _PLAIN:
        flat = packed
    elif compression in (_DEFLATE, _OLD_DEFLATE):
        flat = zlib.decompressobj().decompress(packed, wanted)
    elif compression == _LZW:
        flat = _lzw(packed, wanted)
    else:
        raise _Refused(f"its pixels are packed in a way that is not read (TIFF compression {compression})")
    if len(flat) < wanted:
        raise ValueError("tile cut off")
    flat = flat[:wanted]
    predictor = tags.get(_PREDICTOR, (1,))[0]
    if predictor == 3 and kind.kind == "f":
        return _float_predictor(flat, shape, kind)
    block = np.frombuffer(flat, kind.newbyteorder(order)).reshape(shape).astype(kind)  # type: ignore[arg-type]
    if predictor == 2 and kind.kind in "iu":
        return np.cumsum(block, axis=1, dtype=kind)
    if predictor != 1:
        raise _Refused(f"its predictor {predictor} is not read for such pixels")
    return block


def _float_predictor(flat: bytes, shape: tuple[int, int], kind: np.dtype[Any]) -> NDArray[Any]:
    """Undo the floating point predictor: bytes of a row lie by significance, each as difference to the one before."""
    changes = np.frombuffer(flat, np.uint8).reshape(shape[0], -1)
    planes = np.cumsum(changes, axis=1, dtype=np.uint8).reshape(shape[0], kind.itemsize, shape[1])
    lined = np.ascontiguousarray(planes.transpose(0, 2, 1))
    return lined.view(kind.newbyteorder(">")).reshape(shape).astype(kind)


def _lzw(packed: bytes, wanted: int) -> bytes:
    """Unpack TIFF's LZW: codes of 9 to 12 bits, high bit first; 256 clears the table, 257 ends."""
    single = [bytes([value]) for value in range(256)] + [b"", b""]
    table, width, last = list(single), 9, b""
    out: list[bytes] = []
    length = bits = held = 0
    for byte in packed:
        held = held << 8 | byte
        bits += 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits
        held &= (1 << bits) - 1
        if code == 257 or length >= wanted:
            break
        if code == 256:
            table, width, last = list(single), 9, b""
            continue
        if last:
            # The code just being made may be the one that is read.
            entry = table[code] if code < len(table) else last + last[:1]
            if code > len(table):
                raise ValueError("LZW code")
            table.append(last + entry[:1])
        else:
            entry = table[code]
        out.append(entry)
        length += len(entry)
        last = entry
        width = 9 if len(table) < 511 else 10 if len(table) < 1023 else 11 if len(table) < 2047 else 12
    return b"".join(out)
