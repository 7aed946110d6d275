# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Feeds damaged at random: read or refused with a message, whatever the bytes are."""

from __future__ import annotations

import tempfile
from pathlib import Path

from feeds import feed_files, write_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aumenta.errors import NetworkError
from aumenta.network.gtfs import explain_date, read_gtfs, representative_date

calm = settings(
    derandomize=True, deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow]
)

GOOD = feed_files(
    {f"T{i}": [("A", "8:00:00"), ("B", None), ("C", "8:20:00")] for i in range(30)},
    stops={"S": {"stop_lon": 7.6, "stop_lat": 45, "location_type": 1}},
    calendar_dates=[("S", "20260106", 2)],
    calendar={"S": ("1111111", "20260105", "20260111")},
    frequencies=[("T1", "7:00:00", "8:00:00", 600)],
    transfers=[{"from_stop_id": "A", "to_stop_id": "B", "transfer_type": 2, "min_transfer_time": 60}],
)
SPLINTERS = (b"\n", b"\r", b",", b'"', b"\0", b"\xff", b"\xe9", b" ", b"", b"-1", b"1e99", b"nan", b"99999999999",
             b"20261399", b"\xef\xbb\xbf", b"0", b"_", b"T1", b"\xd9\xa3", b"7:61:00", b'""', b"\n\n,,\n")  # fmt: skip


@calm
@given(
    name=st.sampled_from(sorted(GOOD)),
    blows=st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 12), st.sampled_from(SPLINTERS)),
        min_size=1,
        max_size=6,
    ),
)
def test_damaged_bytes(name: str, blows: list[tuple[int, int, bytes]]) -> None:
    content = str(GOOD[name]).encode()
    for at, many, splinter in blows:
        at %= len(content) + 1  # noqa: PLW2901
        content = content[:at] + splinter + content[at + many :]
    with tempfile.TemporaryDirectory() as place:
        folder = write_files(Path(place) / "feed", GOOD | {name: content})
        try:
            timetable, report = read_gtfs([folder])
        except NetworkError as error:
            assert error.problems and all(problem.file for problem in error.problems)
            return
    assert (timetable.conn_arr >= timetable.conn_dep).all() and (
        timetable.conn_dep[1:] >= timetable.conn_dep[:-1]
    ).all()
    assert timetable.conn_to.max() < len(timetable.stop_id) and timetable.conn_from.min() >= 0
    assert report.text() and explain_date(timetable, representative_date(timetable)).found


@calm
@given(
    packed=st.booleans(),
    blows=st.lists(
        st.tuples(st.integers(0, 9000), st.integers(0, 12), st.binary(max_size=8)), min_size=1, max_size=4
    ),
)
def test_damaged_zips(packed: bool, blows: list[tuple[int, int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = write_files(Path(place) / "feed.zip", GOOD)
        content = path.read_bytes()
        for at, many, splinter in blows:
            at %= len(content) + 1  # noqa: PLW2901
            content = content[:at] + splinter + content[at + (len(splinter) if packed else many) :]
        path.write_bytes(content)
        try:
            timetable, _ = read_gtfs([path])
        except NetworkError as error:
            assert error.problems
            return
        assert len(timetable.conn_dep)
