# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Random feeds, read by the fast reader and by the plain one of `plain_gtfs`: the same hops, days and order."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from feeds import clock, feed_files, write_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_gtfs import dates_of, hops_of, rows_of

from aumenta.errors import NetworkError
from aumenta.network.gtfs import dates_with_service, read_gtfs, representative_date
from aumenta.network.model import ALIGHT, BOARD, Timetable
from aumenta.settings import get_settings

calm = settings(
    derandomize=True, deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture(autouse=True, scope="module")
def _lenient() -> Iterator[None]:
    os.environ["AUMENTA_MAX_TIMETABLE_BAD_SHARE"] = "1"
    get_settings.cache_clear()
    yield
    del os.environ["AUMENTA_MAX_TIMETABLE_BAD_SHARE"]
    get_settings.cache_clear()


@st.composite
def trips(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Trips over five stops: loops, blanks, waits, distances, doors, now and then one that goes back in time."""
    made = {}
    for number in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, 90_000))
        far, along = 0.0, draw(st.booleans())
        calls = []
        for place in range(draw(st.integers(0 if number else 2, 7))):
            at += draw(st.integers(-60 if draw(st.integers(0, 9)) == 0 else 0, 400))
            wait = draw(st.sampled_from((0, 0, 30)))
            far += draw(st.sampled_from((0, 100, 333, 1000.5)) if along else st.sampled_from((250, -10)))
            told = draw(st.sampled_from(("both", "both", "arrival", "departure", "none", "none")))
            calls.append(
                {
                    "stop_id": draw(st.sampled_from("ABCDE")),
                    "stop_sequence": place * draw(st.sampled_from((1, 10))) if place < 2 else place * 10,
                    "arrival_time": clock(at) if told in ("both", "arrival") else "",
                    "departure_time": clock(at + wait) if told in ("both", "departure") else "",
                    "shape_dist_traveled": far if along else draw(st.sampled_from((far, ""))),
                    "pickup_type": draw(st.sampled_from(("", 0, 1, 2))),
                    "drop_off_type": draw(st.sampled_from(("", 0, 1, 3))),
                }
            )
            at += wait
        made[f"T{number}"] = calls
    return made


@st.composite
def feeds(draw: st.DrawFn) -> dict[str, str]:
    """Files of a feed, its text made untidy without a change of meaning."""
    of = draw(trips())
    services = {trip: draw(st.sampled_from(("S", "W", "X"))) for trip in of}
    start = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 10)))
    days = st.integers(0, 40).map(lambda n: f"{start + timedelta(days=n):%Y%m%d}")
    week = st.text("01", min_size=7, max_size=7)
    calendar = {
        name: (draw(week), *sorted((draw(days), draw(days))))
        for name in sorted(draw(st.sets(st.sampled_from("SWX"))))
    }
    exceptions = draw(
        st.dictionaries(st.tuples(st.sampled_from("SWX"), days), st.sampled_from((1, 2)), max_size=6)
    )
    told = [(name, day, kind) for (name, day), kind in exceptions.items()]
    told += [(name, "20260120", 1) for name in "SWX" if name not in calendar]
    told = list({(name, day): (name, day, kind) for name, day, kind in told}.values())
    headways = [
        (trip, start, start + draw(st.integers(1, 4000)), draw(st.integers(300, 2000)))
        for trip in of
        if draw(st.integers(0, 4)) == 0
        for start in [draw(st.integers(0, 80_000))]
    ]
    files = feed_files(of, stops={name: (7.6, 45.0) for name in "ABCDE"}, services=services, calendar=calendar,
                       calendar_dates=told, frequencies=headways)  # fmt: skip
    return {name: draw(untidy(str(text))) for name, text in files.items()}


@st.composite
def untidy(draw: st.DrawFn, text: str) -> str:
    """The same table with another order of rows, blanks, quotation marks, line ends, a byte order mark."""
    header, *rows = text.splitlines()
    rows = draw(st.permutations(rows)) if len(rows) < 60 else rows
    style = draw(st.sampled_from(("plain", "blanks", "quotes")))
    if style == "blanks":
        header, rows = header.replace(",", " , "), [row.replace(",", ", ") for row in rows]
    if style == "quotes":
        rows = [",".join(f'"{field}"' for field in row.split(",")) for row in rows]
    mark = draw(st.sampled_from(("", "\ufeff")))
    return mark + draw(st.sampled_from(("\n", "\r\n"))).join([header, *rows, ""])


def hops(made: Timetable) -> list[tuple[str, str, str, int, int, bool, bool]]:
    return list(
        zip(
            made.trip_id[made.conn_trip].tolist(),
            made.stop_id[made.conn_from].tolist(),
            made.stop_id[made.conn_to].tolist(),
            made.conn_dep.tolist(),
            made.conn_arr.tolist(),
            (made.conn_flags & BOARD > 0).tolist(),
            (made.conn_flags & ALIGHT > 0).tolist(),
            strict=True,
        )
    )


@calm
@given(files=feeds())
def test_the_fast_reader_reads_what_the_plain_one_reads(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = write_files(Path(place) / "feed", files)
        expected, dates = hops_of(folder), dates_of(folder)
        service = {row["trip_id"]: row["service_id"] for row in rows_of(folder, "trips.txt")}
        try:
            made, _ = read_gtfs([folder])
        except NetworkError as error:
            used = {service[hop[0].split("#")[0]] for hop in expected}
            assert not any(dates[name] for name in used)
            assert "no trip" in str(error)
            return
        assert Counter(hops(made)) == expected
        check_order(made)
        check_days(made, service, dates)


def check_order(made: Timetable) -> None:
    """By departure, then by trip, within a trip in the order of travel."""
    key = list(zip(made.conn_dep.tolist(), made.conn_trip.tolist(), strict=True))
    assert key == sorted(key)
    for trip in range(len(made.trip_id)):
        own = np.flatnonzero(made.conn_trip == trip)
        assert (made.conn_to[own[:-1]] == made.conn_from[own[1:]]).all()
        assert (made.conn_arr[own] >= made.conn_dep[own]).all()
        assert (made.conn_dep[own[1:]] >= made.conn_arr[own[:-1]]).all()


def check_days(made: Timetable, service: dict[str, str], dates: dict[str, set[date]]) -> None:
    count: Counter[date] = Counter()
    for number, name in enumerate(made.trip_id.tolist()):
        runs = made.services[made.trip_service[number]]
        mine = {(made.first_date + int(day)).astype(object) for day in np.flatnonzero(runs)}
        assert mine == dates[service[name.split("#")[0]]]
        count.update(mine)
    assert [day.astype(object) for day in dates_with_service(made)] == sorted(count)
    weeks: Counter[date] = Counter()
    for day, many in count.items():
        weeks[day - timedelta(days=day.weekday())] += many
    monday = min(weeks, key=lambda day: (-weeks[day], day))
    best = [day for day in count if 0 <= (day - monday).days < 5] or [
        day for day in count if 0 <= (day - monday).days < 7
    ]
    assert representative_date(made).astype(object) == min(best, key=lambda day: (-count[day], day))
