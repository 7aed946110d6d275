# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Grids of heights: every kind of file that is read, written here by hand; bilinear heights; what slope does."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import NetworkError
from aumenta.network.elevation import Elevation, bike_pace, foot_pace
from aumenta.network.elevation_tiff import Raster, read_geotiff

WGS84 = (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)


def lzw(data: bytes) -> bytes:
    """TIFF's LZW as the specification tells it: clear code first, codes grow one early."""
    out, bits, held = bytearray(), 0, 0
    table: dict[bytes, int] = {}
    width = 9

    def put(code: int) -> None:
        nonlocal bits, held
        held, bits = held << width | code, bits + width
        while bits >= 8:
            bits -= 8
            out.append(held >> bits & 255)

    def clear() -> None:
        nonlocal table, width
        put(256)
        table, width = {bytes([i]): i for i in range(256)}, 9

    clear()
    word = b""
    for value in data:
        longer = word + bytes([value])
        if longer in table:
            word = longer
            continue
        put(table[word])
        table[longer] = len(table) + 2
        size = len(table) + 2
        width = 9 if size < 512 else 10 if size < 1024 else 11 if size < 2048 else 12
        if size == 4095:
            clear()
        word = bytes([value])
    if word:
        put(table[word])
        size = len(table) + 3
        width = 9 if size < 512 else 10 if size < 1024 else 11 if size < 2048 else 12
    put(257)
    if bits:
        out.append(held << 8 - bits & 255)
    return bytes(out)


def predicted(block: np.ndarray[Any, Any], predictor: int, order: str) -> bytes:
    if predictor == 2:
        first = np.concatenate([block[:, :1], np.diff(block, axis=1)], axis=1).astype(block.dtype)
        return first.astype(block.dtype.newbyteorder(order)).tobytes()
    if predictor == 3:
        size = block.dtype.itemsize
        planes = block.astype(block.dtype.newbyteorder(">")).view(np.uint8).reshape(len(block), -1, size)
        row = planes.transpose(0, 2, 1).reshape(len(block), -1)
        return np.concatenate([row[:, :1], np.diff(row, axis=1)], axis=1).astype(np.uint8).tobytes()
    return block.astype(block.dtype.newbyteorder(order)).tobytes()


def write_tiff(
    path: Path,
    heights: np.ndarray[Any, Any],
    packing: int = 1,
    predictor: int = 1,
    *,
    tile: tuple[int, int] | None = None,
    order: str = "<",
    big: bool = False,
    no_data: str | None = None,
    change: dict[int, tuple[str, tuple[Any, ...]] | None] | None = None,
) -> Path:
    """Write a GeoTIFF whose north-western corner is 7 E 46 N, pixels of 0.01 x 0.02 degrees."""
    rows, columns = heights.shape
    down, across = tile or (7, columns)
    blocks = []
    for top in range(0, rows, down):
        for left in range(0, columns, across):
            block = heights[top : top + down, left : left + across]
            if tile:
                block = np.pad(block, ((0, down - block.shape[0]), (0, across - block.shape[1])), mode="edge")
            flat = predicted(block, predictor, order)
            blocks.append({1: bytes, 5: lzw, 8: zlib.compress}[packing](flat))
    start = 16 if big else 8
    places = [start + sum(map(len, blocks[:i])) for i in range(len(blocks))]
    formats = {"u": 1, "i": 2, "f": 3}
    size = "Q" if big else "I"
    tags: dict[int, tuple[str, tuple[Any, ...]]] = {
        256: ("I", (columns,)),
        257: ("I", (rows,)),
        258: ("H", (heights.dtype.itemsize * 8,)),
        259: ("H", (packing,)),
        277: ("H", (1,)),
        317: ("H", (predictor,)),
        339: ("H", (formats[heights.dtype.kind],)),
        33550: ("d", (0.01, 0.02, 0.0)),
        33922: ("d", (0.0, 0.0, 0.0, 7.0, 46.0, 0.0)),
        34735: ("H", WGS84),
    }
    if tile:
        tags |= {322: ("I", (across,)), 323: ("I", (down,)), 324: (size, tuple(places))}
        tags[325] = ("I", tuple(map(len, blocks)))
    else:
        tags |= {278: ("I", (down,)), 273: (size, tuple(places)), 279: ("I", tuple(map(len, blocks)))}
    if no_data is not None:
        tags[42113] = ("s", (no_data.encode() + b"\0",))
    for tag, value in (change or {}).items():
        if value is None:
            tags.pop(tag, None)
        else:
            tags[tag] = value
    body = b"".join(blocks)
    at = start + len(body)
    head = struct.pack(order + "2sH", b"II" if order == "<" else b"MM", 43 if big else 42)
    head += struct.pack(order + "HHQ", 8, 0, at) if big else struct.pack(order + "I", at)
    path.write_bytes(head + body + directory(tags, at, order, big))
    return path


def directory(tags: dict[int, tuple[str, tuple[Any, ...]]], at: int, order: str, big: bool) -> bytes:
    entry, word, inline = (20, "Q", 8) if big else (12, "I", 4)
    kinds = {"s": 2, "H": 3, "I": 4, "d": 12, "Q": 16}
    out = struct.pack(order + ("Q" if big else "H"), len(tags))
    behind = at + len(out) + entry * len(tags) + inline
    extra = b""
    for tag, (kind, values) in sorted(tags.items()):
        raw = values[0] if kind == "s" else struct.pack(f"{order}{len(values)}{kind}", *values)
        count = len(raw) if kind == "s" else len(values)
        out += struct.pack(order + "HH" + word, tag, kinds[kind], count)
        if len(raw) <= inline:
            out += raw.ljust(inline, b"\0")
        else:
            out += struct.pack(order + word, behind + len(extra))
            extra += raw
    return out + b"\0" * inline + extra


def hills(kind: str, rows: int = 45, columns: int = 52) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(3)
    rough = np.cumsum(np.cumsum(rng.normal(size=(rows, columns)), 0), 1)
    share = (rough - rough.min()) / np.ptp(rough)
    return (share * (250 if kind == "u1" else 2900)).astype(kind)


PREDICTORS = [("u1", 2), ("i2", 1), ("i2", 2), ("u2", 2), ("i4", 2), ("f4", 1), ("f4", 3), ("f8", 3)]


@pytest.mark.parametrize("packing", [1, 5, 8])
@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize(("kind", "predictor"), PREDICTORS)
@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_every_kind_of_file(
    tmp_path: Path,
    packing: int,
    tile: tuple[int, int] | None,
    kind: str,
    predictor: int,
    order: str,
    big: bool,
) -> None:
    heights = hills(kind)
    path = write_tiff(tmp_path / "dem.tif", heights, packing, predictor, tile=tile, order=order, big=big)
    raster = read_geotiff(path)
    assert raster.heights.dtype == np.float32
    assert np.array_equal(raster.heights, heights.astype(np.float32))
    assert (raster.west, raster.north, raster.pixel_x, raster.pixel_y) == (7.0, 46.0, 0.01, 0.02)


def test_long_lzw_fills_its_table(tmp_path: Path) -> None:
    """Noise makes new codes until the table is full and cleared, several times."""
    noise = np.random.default_rng(1).integers(0, 256, (90, 300)).astype("u1")
    path = write_tiff(tmp_path / "dem.tif", noise, packing=5, change=None, tile=(96, 304))
    assert np.array_equal(read_geotiff(path).heights, noise.astype(np.float32))


@given(st.binary(max_size=3000) | st.binary(min_size=1, max_size=4).map(lambda b: b * 2000))
@settings(max_examples=60, deadline=None)
def test_lzw_gives_back_what_was_packed(data: bytes) -> None:
    from aumenta.network.elevation_tiff import _lzw

    assert _lzw(lzw(data), len(data))[: len(data)] == data


def test_heights_that_are_not_known(tmp_path: Path) -> None:
    heights = hills("i2")
    heights[3, 4] = -9999
    raster = read_geotiff(write_tiff(tmp_path / "a.tif", heights, no_data="-9999"))
    assert np.isnan(raster.heights[3, 4])
    assert np.isnan(raster.heights).sum() == 1
    # A mark that no pixel of one byte can have marks none (241 is what -9999 would be cut to).
    raster = read_geotiff(write_tiff(tmp_path / "b.tif", np.full((9, 9), 241, "u1"), no_data="-9999"))
    assert not np.isnan(raster.heights).any()


def test_tie_at_the_middle_of_a_pixel_and_matrix(tmp_path: Path) -> None:
    middle = (*WGS84[:11], 2, *WGS84[12:])
    raster = read_geotiff(write_tiff(tmp_path / "a.tif", hills("i2"), change={34735: ("H", middle)}))
    assert (raster.west, raster.north) == pytest.approx((6.995, 46.01))
    matrix = (0.01, 0, 0, 7.5, 0, -0.02, 0, 45.5, 0, 0, 0, 0, 0, 0, 0, 1)
    raster = read_geotiff(
        write_tiff(tmp_path / "b.tif", hills("i2"), change={34264: ("d", matrix), 33550: None})
    )
    assert (raster.west, raster.north, raster.pixel_x, raster.pixel_y) == (7.5, 45.5, 0.01, 0.02)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({34735: None}, "where on earth"),
        ({34735: ("H", (1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32632))}, "EPSG:4326"),
        ({277: ("H", (3,))}, "bands"),
        ({259: ("H", (7,))}, "compression 7"),
        ({259: ("H", (50000,))}, "compression 50000"),
        ({258: ("H", (1,))}, "8 to 64 bits"),
        ({33550: None}, "tied to the earth"),
        ({256: ("I", (3_000_000,)), 257: ("I", (3_000_000,))}, "pixels"),
        ({273: None}, "cut off or damaged"),
        ({279: ("I", (1, 2))}, "cut off or damaged"),
    ],
)
def test_files_of_other_kinds_are_refused(tmp_path: Path, change: Any, word: str) -> None:
    path = write_tiff(tmp_path / "dem.tif", hills("i2"), change=change)
    with pytest.raises(NetworkError, match=word) as error:
        Elevation.open(path)
    assert "dem.tif" in str(error.value)
    if "damaged" not in word:
        assert "gdalwarp" in str(error.value)


def test_no_tiff_at_all(tmp_path: Path) -> None:
    for content in (b"", b"II", b"hello, I am a letter", b"II*\0\xff\xff\xff\xff"):
        path = tmp_path / "dem.tif"
        path.write_bytes(content)
        with pytest.raises(NetworkError, match=r"dem\.tif"):
            Elevation.open(path)
    with pytest.raises(NetworkError, match=r"cannot be opened"):
        Elevation.open(tmp_path / "absent.tif")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_files_are_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("tiff") / "dem.tif"
    packing = data.draw(st.sampled_from([1, 5, 8]))
    good = bytearray(write_tiff(path, hills("i2", 12, 9), packing).read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(good[: data.draw(st.integers(0, len(good)))]))
    try:
        assert read_geotiff(path).heights.dtype == np.float32
    except NetworkError as error:
        assert "dem.tif" in str(error)


def plane(rows: int = 5, columns: int = 6) -> Elevation:
    """Heights that rise 3 m a column and 7 m a row, middles of pixels at 7.005 + 0.01 c, 45.99 - 0.02 r."""
    r, c = np.mgrid[:rows, :columns]
    return Elevation(Raster((3 * c + 7 * r).astype(np.float32), 7.0, 46.0, 0.01, 0.02))


def test_bilinear_heights_of_a_plane_are_the_plane() -> None:
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(7.005, 7.055, 500), rng.uniform(45.91, 45.99, 500)
    expected = 3 * (lon - 7.005) / 0.01 + 7 * (45.99 - lat) / 0.02
    got = plane().at(lon, lat)
    assert got.dtype == np.float32
    assert np.allclose(got, expected, atol=1e-4)


def test_between_four_pixels_by_hand() -> None:
    heights = np.array([[10, 20], [30, 60]], np.float32)
    grid = Elevation(Raster(heights, 0.0, 2.0, 1.0, 1.0))
    # a quarter to the east and three quarters to the south of the first pixel's middle
    by_hand = 10 * 0.75 * 0.25 + 20 * 0.25 * 0.25 + 30 * 0.75 * 0.75 + 60 * 0.25 * 0.75
    assert grid.at(np.array([0.75]), np.array([0.75]))[0] == pytest.approx(by_hand)


def test_outside_and_beside_unknown_pixels() -> None:
    grid = plane()
    out = grid.at(np.array([6.99, 7.07, 7.03, 7.03, np.nan]), np.array([45.95, 45.95, 46.01, 45.89, 45.95]))
    assert np.isnan(out).all()
    edge = grid.at(
        np.array([7.0001, 7.0599]), np.array([45.9999, 45.9001])
    )  # the outer corners take the corner pixels
    assert edge.tolist() == [0.0, 3 * 5 + 7 * 4]
    grid.raster.heights[0, 1] = np.nan
    assert np.isnan(grid.at(np.array([7.010]), np.array([45.99])))[0]
    assert grid.at(np.array([7.005]), np.array([45.99]))[0] == 0.0


def test_tobler() -> None:
    """Tobler 1993: 5.04 km/h on the flat (here 1), 6 km/h at 5 % down, 3.55 at 10 % up."""
    slope = np.array([0.0, -0.05, 0.1, -0.1])
    speed = 6 * np.exp(-3.5 * np.abs(slope + 0.05))
    assert foot_pace(slope) == pytest.approx(speed[0] / speed)
    assert (6 * np.exp(-3.5 * 0.05) / foot_pace(slope))[:3] == pytest.approx([5.037, 6.0, 3.549], abs=1e-3)


def test_cycling_on_slopes() -> None:
    speed = np.full(6, 4.2)
    pace = bike_pace(np.array([0.0, 0.03, 0.12, 0.3, -0.03, -0.3]), speed)
    assert pace[0] == 1
    assert 1 / pace[1] == pytest.approx(1 - 3 * 0.4002 / 6.01)
    assert pace[2] == pytest.approx(3 * foot_pace(np.array([0.12]))[0])  # riding would be slower than pushing
    assert pace[3] == pytest.approx(3 * foot_pace(np.array([0.3]))[0])
    assert 1 / pace[4] == pytest.approx(1 + 3 * 0.2379 / 6.01)
    assert 1 / pace[5] == pytest.approx(35 / 3.6 / 6.01)  # never more than 35 km/h for who rides 6.01 m/s
    walked = bike_pace(np.array([0.05, -0.05]), np.full(2, 1.4))
    assert walked == pytest.approx(foot_pace(np.array([0.05, -0.05])))


@given(st.floats(-0.35, 0.35), st.floats(-0.35, 0.35), st.floats(1.5, 9))
def test_steeper_up_is_never_faster(a: float, b: float, speed: float) -> None:
    low, high = sorted((abs(a), abs(b)))
    pace = bike_pace(np.array([low, high]), np.full(2, speed))
    assert pace[0] <= pace[1] * (1 + 1e-12)
    assert (np.diff(foot_pace(np.array([low, high]))) >= 0).all()


@pytest.mark.shared
def test_porto_alegre(shared_dir: Path) -> None:
    """Its strips follow each other from byte 542 on, a byte a pixel: read here without looking at its directory."""
    path = shared_dir / "data/cities/porto_alegre/poa_elevation.tif"
    plain = np.frombuffer(path.read_bytes(), np.uint8, 403 * 413, 542).reshape(403, 413)
    grid = Elevation.open(path)
    assert np.array_equal(grid.raster.heights, plain.astype(np.float32))
    middle = -51.254861111 + 100.5 / 3600, -29.997638889 - 200.5 / 3600  # pixels of one second of arc
    assert grid.at(*(np.array([v]) for v in middle))[0] == pytest.approx(plain[200, 100], abs=1e-3)
