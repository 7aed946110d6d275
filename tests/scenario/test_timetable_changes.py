# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A changed timetable is, row by row, what the reader makes of the changed feed; what is added comes off again."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import plain_lines as plain
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plain_lines import DATE, TODAY, Feed, Trip, feeds, unequal

from aumenta.network.model import Timetable
from aumenta.scenario import courses, timetables
from aumenta.scenario.timetables import Headway, NewLine, NewStop, course

few = settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Pair:
    """The feed read before a change, and the same feed read after it."""

    def __init__(self, feed: Feed) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.before = self.read(feed)
        self._copies = {name: np.copy(array) for name, array in arrays(self.before).items()}

    def read(self, feed: Feed) -> Timetable:
        return feed.read(Path(self._folder.name) / "feed")

    def agrees(self, changed: Timetable, feed: Feed) -> None:
        """The change gave what the changed feed gives, and touched nothing of what it was given."""
        assume(feed.trips)
        assert unequal(changed, self.read(feed)) == []
        for name, array in arrays(self.before).items():
            assert np.array_equal(array, self._copies[name]), name


def arrays(timetable: Timetable) -> dict[str, np.ndarray]:
    names = [name for name in Timetable.__dataclass_fields__ if name != "first_date"]
    return {name: getattr(timetable, name) for name in names}


def bytes_of(timetable: Timetable) -> dict[str, tuple]:
    return {name: (a.dtype.str, a.shape, a.tobytes()) for name, a in arrays(timetable).items()}


def a_line(data: st.DataObject, feed: Feed) -> str:
    return data.draw(st.sampled_from([line for line, _ in feed.lines if feed.of(line)]))


def two_stops(data: st.DataObject, feed: Feed, line: str) -> tuple[str, str]:
    order = data.draw(st.sampled_from(feed.of(line))).order()
    begin = data.draw(st.integers(0, len(order) - 2))
    end = data.draw(st.integers(begin + 1, len(order) - 1))
    assume(order[begin] != order[end])
    return order[begin], order[end]


@few
@given(feed=feeds(), data=st.data())
def test_speed_on_a_part(feed: Feed, data: st.DataObject) -> None:
    pair, line = Pair(feed), a_line(data, feed)
    between = two_stops(data, feed, line)
    factor = data.draw(st.sampled_from([Fraction(2), Fraction(1, 2), Fraction(5, 4), Fraction(1)]))
    changed = courses.with_speed(pair.before, line, factor=float(factor), between=between)
    pair.agrees(changed, plain.sped(feed, line, factor, *between))
    if factor == 1:
        assert changed is pair.before


@few
@given(feed=feeds(), data=st.data())
def test_seconds_saved_are_saved_by_every_trip_there(feed: Feed, data: st.DataObject) -> None:
    pair, line = Pair(feed), a_line(data, feed)
    between = two_stops(data, feed, line)
    least = courses.least_seconds(pair.before, line, between)
    assert least is not None
    assume(least > 1)
    saved = data.draw(st.integers(1, least - 1))
    changed = courses.with_speed(pair.before, line, saved=saved, between=between)
    for trip in feed.of(line):
        part = plain.sections(feed, trip, *between)
        times = [[c for c in calls_of(t, trip.id)] for t in (pair.before, changed)]
        won = saved if part else 0
        assert times[0][-1] - times[1][-1] == won
        assert times[0][0] == times[1][0]
    with pytest.raises(ValueError, match="may save"):
        courses.with_speed(pair.before, line, saved=least, between=between)


def calls_of(timetable: Timetable, trip: str) -> list[int]:
    """First departure and then every arrival of a trip."""
    at = np.flatnonzero(timetable.trip_id[timetable.conn_trip] == trip)
    return [int(timetable.conn_dep[at[0]]), *timetable.conn_arr[at].tolist()]


@few
@given(feed=feeds(), data=st.data())
def test_another_way_between_two_stops(feed: Feed, data: st.DataObject) -> None:
    pair, line = Pair(feed), a_line(data, feed)
    between = two_stops(data, feed, line)
    via = data.draw(st.lists(st.sampled_from([stop[0] for stop in feed.stops]), max_size=2))
    seconds = data.draw(st.lists(st.integers(0, 400), min_size=len(via) + 1, max_size=len(via) + 1))
    changed = courses.rerouted(pair.before, line, between, via, seconds, 15)
    pair.agrees(changed, plain.rerouted(feed, line, *between, via, seconds, 15))


@few
@given(feed=feeds(), data=st.data())
def test_a_further_call(feed: Feed, data: st.DataObject) -> None:
    pair, line = Pair(feed), a_line(data, feed)
    order = data.draw(st.sampled_from(feed.of(line))).order()
    at = data.draw(st.integers(0, len(order) - 2))
    assume(order[at] != order[at + 1])
    between = order[at], order[at + 1]
    stop = data.draw(st.sampled_from([one[0] for one in feed.stops]))
    changed = courses.with_call(pair.before, line, stop, between, 90, 30)
    pair.agrees(changed, plain.called(feed, line, stop, *between, 90, 30))
    assert changed is not pair.before


@few
@given(feed=feeds(), data=st.data())
def test_dwell_and_running_through(feed: Feed, data: st.DataObject) -> None:
    pair = Pair(feed)
    stop = data.draw(st.sampled_from([one[0] for one in feed.stops]))
    line = data.draw(st.sampled_from([None, a_line(data, feed)]))
    seconds = data.draw(st.sampled_from([0, 20, 45]))
    changed = courses.with_dwell(pair.before, stop, seconds, line)
    pair.agrees(changed, plain.stood(feed, stop, seconds, line))
    pair.agrees(courses.without_calls(pair.before, stop), plain.through(feed, stop))


@few
@given(feed=feeds(), data=st.data())
def test_headways_are_those_told(feed: Feed, data: st.DataObject) -> None:
    pair, line = Pair(feed), a_line(data, feed)
    assume(any(TODAY in trip.days for trip in feed.of(line)))
    start = 7 * 3600 + 600 * data.draw(st.integers(-1, 4))
    periods = [(start, start + 1800, data.draw(st.sampled_from([300, 420, 600])))]
    if data.draw(st.booleans()):
        periods.append((start + 1800, start + 5400, 1200))
    first = data.draw(st.sampled_from([None, None, start + 120]))
    ways = timetables.directions(pair.before, line)[1]
    today = pair.before.running(DATE)[pair.before.trip_service[timetables.directions(pair.before, line)[0]]]
    direction = data.draw(st.sampled_from([None, *sorted(set(ways[today].tolist()))]))
    service = [Headway(*period) for period in periods]
    changed = timetables.with_headway(pair.before, line, service, DATE, first, direction)
    pair.agrees(changed, plain.headway(feed, line, periods, first, direction))


def test_a_headway_that_divides_the_old_one_keeps_the_old_departures() -> None:
    stops = [(f"s{i}", f"Stop {i}", 7.6 + 0.01 * i, 45.0) for i in range(3)]
    feed = Feed(stops, [("L", 3)])
    for k in range(6):
        start = 7 * 3600 + 240 + 1200 * k
        calls = [plain.Call(f"s{i}", start + 100 * i, start + 100 * i) for i in range(3)]
        feed.trips.append(Trip(f"t{k}", "L", frozenset(range(5)), calls))
    pair = Pair(feed)
    same = timetables.with_headway(pair.before, "L", [Headway(7 * 3600, 9 * 3600, 1200)], DATE)
    assert same is pair.before
    more = timetables.with_headway(pair.before, "L", [Headway(7 * 3600, 9 * 3600, 600)], DATE)
    assert more.trip_id[:6].tolist() == [f"t{k}" for k in range(6)]
    assert sorted(leaves(more)) == list(range(7 * 3600 + 240, 9 * 3600, 600))
    assert bytes_of(timetables.without_trips(more, np.arange(len(more.trip_id)) >= 6)) == bytes_of(
        pair.before
    )
    fewer = timetables.with_headway(more, "L", [Headway(7 * 3600, 9 * 3600, 1200)], DATE)
    assert bytes_of(fewer) == bytes_of(pair.before)


def leaves(timetable: Timetable) -> list[int]:
    first = np.flatnonzero(timetable.stop_id[timetable.conn_from] == "s0")
    return timetable.conn_dep[first].tolist()


@few
@given(feed=feeds(), data=st.data())
def test_a_line_comes_and_goes(feed: Feed, data: st.DataObject) -> None:
    pair = Pair(feed)
    stops = data.draw(st.permutations([one[0] for one in feed.stops]))[:3]
    one = course(stops, [70, 130], 20)
    ways = (one, timetables.turned(one)) if data.draw(st.booleans()) else (one,)
    service = (Headway(7 * 3600, 7 * 3600 + 1800, 600), Headway(8 * 3600, 8 * 3600 + 60, 60))
    days = timetables.days_of(pair.before, data.draw(st.sampled_from(["weekdays", "all"])))
    bikes = data.draw(st.sampled_from([None, True, False]))
    line = NewLine("a new line", "nN", 2, ways, service, days, bikes, agency="A")
    if not days.any():
        return
    more = timetables.with_line(pair.before, line)
    new = feed.copy()
    new.lines.append(("a new line", 2))
    first = int((pair.before.first_date - np.datetime64(plain.FIRST)) / np.timedelta64(1, "D"))
    runs = frozenset((first + np.flatnonzero(days)).tolist())
    names = {stop[0]: stop[1] for stop in feed.stops}
    for number, way in enumerate((stops, stops[::-1])[: len(ways)]):
        for start in (*range(7 * 3600, 7 * 3600 + 1800, 600), 8 * 3600):
            times = [(0, 0), (70, 90), (220, 220)] if number == 0 else [(0, 0), (130, 150), (220, 220)]
            calls = [plain.Call(s, start + a, start + d) for s, (a, d) in zip(way, times, strict=True)]
            name = f"a new line:{number}:{plain.clock(start)}"
            told = {None: 0, True: 1, False: 2}[bikes]
            new.trips.append(Trip(name, "a new line", runs, calls, told, names[way[-1]]))
    expected = Pair(new).before
    assert [name for name in unequal(more, expected) if name != "line_name"] == []
    assert more.line_name[-1] == "nN"
    assert bytes_of(timetables.without_line(more, "a new line")) == bytes_of(pair.before)
    gone = a_line(data, feed)
    left = feed.copy()
    left.lines = [line for line in left.lines if line[0] != gone]
    left.trips = [trip for trip in left.trips if trip.line != gone]
    pair.agrees(timetables.without_line(pair.before, gone), left)
    some = np.array(data.draw(st.lists(st.booleans(), min_size=len(feed.trips), max_size=len(feed.trips))))
    left = feed.copy()
    left.trips = [trip for trip, out in zip(feed.trips, some, strict=True) if not out]
    pair.agrees(timetables.without_trips(pair.before, some), left)


@few
@given(feed=feeds(), data=st.data())
def test_bikes_and_stops(feed: Feed, data: st.DataObject) -> None:
    pair, line = Pair(feed), a_line(data, feed)
    new = feed.copy()
    for trip in new.of(line):
        trip.bikes = 1
    changed = timetables.with_bikes(pair.before, line, True)
    pair.agrees(changed, new)
    assert timetables.with_bikes(changed, line, True) is changed
    new = feed.copy()
    new.stops.append(("a stop with a long id", "New", 7.65, 45.01))
    pair.agrees(
        timetables.with_stops(pair.before, [NewStop("a stop with a long id", "New", 7.65, 45.01)]), new
    )
    assert timetables.with_stops(pair.before, []) is pair.before


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    feed = Feed([("a", "A", 7.6, 45.0), ("b", "B", 7.7, 45.0)], [("L", 3)])
    calls = [plain.Call("a", 25200, 25200), plain.Call("b", 25500, 25500)]
    feed.trips.append(Trip("t", "L", frozenset({TODAY}), calls))
    timetable = feed.read(tmp_path)
    for wrong in (
        lambda: timetables.without_line(timetable, "X"),
        lambda: timetables.with_headway(timetable, "L", [Headway(25200, 28800, 0)], DATE),
        lambda: timetables.with_headway(timetable, "L", [Headway(25200, 28800, 600)], DATE + 1),
        lambda: timetables.with_stops(timetable, [NewStop("a", "A", 7.6, 45.0)]),
        lambda: courses.with_speed(timetable, "L", factor=0),
        lambda: courses.with_speed(timetable, "L"),
        lambda: courses.rerouted(timetable, "L", ("a", "b"), ["b"], [10]),
        lambda: courses.with_dwell(timetable, "c", 10),
        lambda: course(["a"], []),
    ):
        with pytest.raises(ValueError):
            wrong()
