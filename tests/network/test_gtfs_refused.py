# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Feeds that are no feed, lack files or are damaged: refused with a message that names file and row."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from feed_results import TRIPS, mended, refused
from feeds import feed_files, write_feed, write_files

from aumenta.errors import NetworkError
from aumenta.network.gtfs import read_gtfs

# What is no feed


def test_nothing_given() -> None:
    with pytest.raises(NetworkError, match="No timetable was given"):
        read_gtfs([])


def test_no_such_file(tmp_path: Path) -> None:
    assert "there is no such file or folder" in refused(tmp_path / "none.zip")


def test_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_text("<html>404</html>")
    assert "is not a zip" in refused(path) and "<html>404" in refused(path)


def test_a_zip_cut_off(tmp_path: Path) -> None:
    whole = write_feed(tmp_path / "whole.zip", TRIPS).read_bytes()
    path = tmp_path / "feed.zip"
    path.write_bytes(whole[: len(whole) // 2])
    assert "is not a zip" in refused(path)


def test_a_zip_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in feed_files(TRIPS).items():
            archive.writestr(name, text)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"T1,1:00:00", b"T1,1:00:07"))
    assert "feed.zip/stop_times.txt: cannot be read: Bad CRC-32" in refused(path)


def test_a_zip_encrypted(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "feed.zip", TRIPS)
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")  # the flags of the first entry of the directory
    raw[at + 8 : at + 10] = struct.pack("<H", 1)
    path.write_bytes(raw)
    assert "is encrypted" in refused(path)


@pytest.mark.parametrize(
    "name", ["../stops.txt", "/etc/stops.txt", "a/../../stops.txt", "C:\\stops.txt", "..\\stops.txt"]
)
def test_a_path_that_climbs_out(tmp_path: Path, name: str) -> None:
    path = write_files(tmp_path / "feed.zip", feed_files(TRIPS) | {name: "stop_id\n"})
    assert "a path climbs out of the archive" in refused(path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["feed.zip"]


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = write_files(tmp_path / "feed.zip", feed_files(TRIPS) | {"shapes.txt": b"0" * 5_000_000})
    assert "grows too much when unpacked" in refused(path) and "AUMENTA_MAX_ARCHIVE_RATIO" in refused(path)


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    path = write_files(tmp_path / "feed.zip", feed_files(TRIPS) | {"stops.txt": b"0" * 5_000_000})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02", raw.index(b"stops.txt") + 30)
    while raw[at + 46 : at + 55] != b"stops.txt":
        at = raw.index(b"PK\x01\x02", at + 4)
    raw[at + 24 : at + 28] = struct.pack("<I", 100)  # uncompressed size
    path.write_bytes(raw)
    assert "cannot be read" in refused(path)


def test_limits_of_a_zip(tmp_path: Path, setting: Any) -> None:
    path = write_feed(tmp_path / "feed.zip", TRIPS)
    setting("MAX_ARCHIVE_ENTRIES", 3)
    setting("MAX_ARCHIVE_BYTES", 100)
    text = refused(path)
    assert "too many entries (found 6; expected at most 3" in text and "unpacks to too many bytes" in text


def test_a_zip_without_a_feed_and_one_with_two(tmp_path: Path) -> None:
    assert "holds no timetable" in refused(write_files(tmp_path / "a.zip", {"photo.jpg": "x"}))
    two = {f"{folder}/{name}": text for folder in "ab" for name, text in feed_files(TRIPS).items()}
    assert "holds several feeds (found a, b;" in refused(write_files(tmp_path / "b.zip", two))
    (tmp_path / "empty").mkdir()
    assert "holds no timetable" in refused(tmp_path / "empty")


# Files and columns that are missing


def test_without_times_the_feed_is_counted_and_refused(tmp_path: Path) -> None:
    text = refused(write_feed(tmp_path / "feed", TRIPS, files={"stop_times.txt": None}))
    assert "feed/stop_times.txt: missing: the feed has 3 stops, 1 lines, 3 trips, but no times" in text
    assert "expected the whole feed" in text


def test_all_missing_files_are_named_at_once(tmp_path: Path) -> None:
    files = dict.fromkeys(("stops.txt", "routes.txt", "trips.txt", "calendar.txt"))
    text = refused(write_feed(tmp_path / "feed", TRIPS, files=files))
    assert all(f"feed/{name}: missing" in text for name in files)


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    files = {
        "stops.txt": "stop_code\n1\n",
        "trips.txt": "trip_id,route_id\nT,L\n",
        "routes.txt": "route_id;route_type\n",
    }
    text = refused(write_feed(tmp_path / "feed", TRIPS, files=files))
    assert "feed/stops.txt, row 1, field stop_id: column missing (found stop_code" in text
    assert "feed/trips.txt, row 1, field service_id: column missing" in text
    assert "found route_id;route_type; expected columns separated by commas" in text


def test_a_column_twice(tmp_path: Path) -> None:
    files = {"routes.txt": "route_id,route_type,route_id\nL,3,M\n"}
    assert "routes.txt, row 1, field route_id: column twice" in refused(
        write_feed(tmp_path / "feed", TRIPS, files=files)
    )


def test_no_times_at_all(tmp_path: Path) -> None:
    files = {"stop_times.txt": "trip_id,stop_id,stop_sequence\nT0,A,1\n"}
    text = refused(write_feed(tmp_path / "feed", TRIPS, files=files))
    assert "field arrival_time, departure_time: column missing" in text


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert "feed/stops.txt: is empty" in refused(
        write_feed(tmp_path / "feed", TRIPS, files={"stops.txt": content})
    )


def test_a_file_with_a_header_alone(tmp_path: Path) -> None:
    files = {"trips.txt": "trip_id,route_id,service_id\n"}
    assert "feed/trips.txt: has no rows" in refused(write_feed(tmp_path / "feed", TRIPS, files=files))


def test_a_file_of_which_no_row_can_be_read(tmp_path: Path) -> None:
    files = {"trips.txt": "trip_id,route_id,service_id\nT,L,S,1\nT,L,S,2\n"}
    text = refused(write_feed(tmp_path / "feed", TRIPS, files=files))
    assert "feed/trips.txt: has no rows" in text and "row 3: the row has more fields than the header" in text


def test_no_day_of_service(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "feed", TRIPS, calendar={"S": ("0000000", "20260101", "20261231")})
    assert "no trip runs on any day" in refused(path)


# Bytes


def test_nul_bytes(tmp_path: Path) -> None:
    text = str(feed_files(TRIPS)["stops.txt"]).replace("stop B", "stop \0")
    assert "feed/stops.txt, row 3: holds NUL bytes" in refused(
        write_feed(tmp_path / "feed", TRIPS, files={"stops.txt": text})
    )


def test_a_quotation_mark_that_stays_open(tmp_path: Path) -> None:
    text = str(feed_files(TRIPS)["stops.txt"]).replace("stop B", '"stop B')
    found = refused(write_feed(tmp_path / "feed", TRIPS, files={"stops.txt": text}))
    assert "feed/stops.txt, row 3, field stop_name: a quotation mark is opened and not closed" in found


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = str(feed_files(TRIPS)["stops.txt"]).replace("stop B", "Città")
    made, report, _ = mended(tmp_path, files={"stops.txt": text.encode(encoding)})
    assert made.stop_name.tolist()[1] == "Città"
    assert any("not UTF-8 (row 3)" in note or "is UTF-16" in note for note in report.notes)


def test_rows_with_too_few_and_too_many_fields(tmp_path: Path) -> None:
    text = (
        "stop_id,stop_lat,stop_lon,stop_name,zone\nA,45,7.6\nB,45,7.61,b,,,\nC,45,7.62,c,1\nD,45,7,63,d,1\n"
    )
    made, report, problems = mended(tmp_path, files={"stops.txt": text})
    assert made.stop_id.tolist() == ["A", "B", "C"] and made.stop_lon.tolist() == [7.6, 7.61, 7.62]
    assert "feed/stops.txt, row 5: the row has more fields than the header (found 'D,45,7,63,d,1'" in problems
    assert "rows with fewer fields than the header, the rest taken as blank: 1" in "\n".join(report.notes)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = '\nstop_id,stop_name,stop_lat,stop_lon\nA,"a\na",45,7.6\n\nB,b,45,7.61\nC,c,45,7.62\nC,c,45,7.62\n'
    _, _, problems = mended(tmp_path, files={"stops.txt": text})
    assert problems.startswith("feed/stops.txt, row 7, field stop_id: the stop_id is there already")
