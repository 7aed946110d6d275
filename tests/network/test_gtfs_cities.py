# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Real feeds, held against pandas and against gtfs-guru."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plain_gtfs import dates_of, hops_of

from aumenta.errors import NetworkError
from aumenta.network.gtfs import dates_with_service, mode_of, read_gtfs, representative_date, trips_by_day
from aumenta.network.model import ALIGHT, BOARD, Timetable

pytestmark = pytest.mark.shared

CITIES = ("zheleznogorsk", "porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip", "arst_sardinia_2019")


def frame(feed: Path, name: str) -> pd.DataFrame:
    """A file of a feed as pandas reads it, with its header stripped."""
    if feed.is_dir():
        table = pd.read_csv(feed / name, dtype=str, encoding="utf-8-sig")
    else:
        with zipfile.ZipFile(feed) as archive, archive.open(name) as stream:
            table = pd.read_csv(stream, dtype=str, encoding="utf-8-sig")
    return table.rename(columns=str.strip)


def whole(made: Timetable) -> dict[tuple[object, ...], int]:
    columns = (
        made.trip_id[made.conn_trip],
        made.stop_id[made.conn_from],
        made.stop_id[made.conn_to],
        made.conn_dep,
        made.conn_arr,
        made.conn_flags & BOARD > 0,
        made.conn_flags & ALIGHT > 0,
    )
    found: dict[tuple[object, ...], int] = {}
    for row in zip(*map(np.ndarray.tolist, columns), strict=True):
        found[row] = found.get(row, 0) + 1
    return found


@pytest.mark.parametrize("city", CITIES)
def test_counts_are_those_of_pandas(shared_dir: Path, city: str) -> None:
    feed = shared_dir / "data/cities" / city
    made, report = read_gtfs([feed])
    assert not report.problems
    calls = frame(feed, "stop_times.txt")
    per_trip = calls.groupby("trip_id").size()
    assert report.feeds[0].counts["stop_times"] == len(calls)
    assert len(made.conn_dep) == int((per_trip - 1).sum())
    assert len(made.trip_id) == int((per_trip > 1).sum())
    assert len(made.stop_id) == len(frame(feed, "stops.txt"))
    assert len(made.line_id) == len(frame(feed, "routes.txt"))
    by_line = (
        frame(feed, "trips.txt")
        .set_index("trip_id")
        .loc[per_trip.index[per_trip > 1]]
        .groupby("route_id")
        .size()
    )
    ours = pd.Series(made.line_id[made.trip_line]).value_counts()
    assert ours.sort_index().to_dict() == by_line.to_dict()


@pytest.mark.parametrize("city", CITIES)
def test_every_hop_and_day_is_that_of_the_plain_reader(shared_dir: Path, city: str, tmp_path: Path) -> None:
    feed = folder = shared_dir / "data/cities" / city
    if feed.suffix == ".zip":
        folder = tmp_path
        with zipfile.ZipFile(feed) as archive:
            archive.extractall(folder)
    made, _ = read_gtfs([feed])
    assert whole(made) == hops_of(folder)
    dates = dates_of(folder)
    service = frame(feed, "trips.txt").set_index("trip_id")["service_id"]
    for number in np.unique(made.trip_service, return_index=True)[1].tolist():
        runs = made.services[made.trip_service[number]]
        mine = {(made.first_date + int(day)).astype(object) for day in np.flatnonzero(runs)}
        assert mine == dates[service[made.trip_id[number]]]


def test_figures_of_the_cities(shared_dir: Path) -> None:
    feeds = [shared_dir / "data/cities" / city for city in CITIES]
    made, report = read_gtfs([feeds[1], feeds[2]])
    assert "calls without a time, interpolated along their trip: 125,271 of 130,019" in report.notes[0]
    assert {mode_of(int(code)) for code in made.line_type} == {"bus", "rail"}
    assert representative_date(made) == np.datetime64("2019-04-22")
    trips = trips_by_day(made)[(np.datetime64("2019-04-19") - made.first_date).astype(int)]  # Good Friday
    off = frame(feeds[1], "calendar_dates.txt").query("date == '20190419' and exception_type == '2'")[
        "service_id"
    ]
    buses = (~frame(feeds[1], "trips.txt")["service_id"].isin(off)).sum()
    trains = (frame(feeds[2], "trips.txt")["service_id"] == "FULLW").sum()
    assert trips == buses + trains == 1582
    arst, _ = read_gtfs([feeds[3]])
    assert (
        arst.line_agency[0] == "ARST SpA - Trasporti Regionali Della Sardegna"
    )  # a byte order mark before agency_id
    bikes = frame(feeds[3], "trips.txt").set_index("trip_id")["bikes_allowed"].fillna("0")
    assert arst.trip_bikes.tolist() == bikes[arst.trip_id].astype(int).tolist()
    zhel, _ = read_gtfs([feeds[0]])
    assert len(dates_with_service(zhel)) == 366


def test_a_real_feed_without_times_is_refused_with_its_counts(shared_dir: Path) -> None:
    with pytest.raises(NetworkError) as caught:
        read_gtfs([shared_dir / "data/torino/gtfs_gtt_partial_20251010"])
    assert "the feed has 7,003 stops, 211 lines, 39,614 trips, but no times" in str(caught.value)


def test_the_validator_speaks_beside_ours(shared_dir: Path) -> None:
    _, report = read_gtfs([shared_dir / "data/cities/zheleznogorsk"], validate=True)
    assert report.notices is not None
    count = {notice.code: notice.count for notice in report.notices}
    assert count["stop_without_stop_time"] == 47 and count["unused_trip"] == 1
    assert "zheleznogorsk/stops.txt: stops that no vehicle calls at: 47" in report.notes
