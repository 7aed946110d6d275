# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers about travel times: the router's own minutes, sums counted another way, lines, journeys, bounds of load."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from shapely.geometry import Point, shape

from aumenta.access.times import BANDS, NEVER, NOT_REACHED
from aumenta.errors import AccessError
from aumenta.web.reach_question import Question, question_of
from aumenta.web.reach_service import ReachService, classes_of, decode, encode
from aumenta.web.site import BusyError

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin


@pytest.fixture(scope="module")
def service(toy_twin: Twin) -> ReachService:
    return ReachService(toy_twin, 3, 2)


@pytest.fixture(scope="module")
def asked(toy_twin: Twin) -> Question:
    seat = toy_twin.places("municipality").iloc[0]
    return question_of({"lon": str(seat.seat_lon), "lat": str(seat.seat_lat)})


def test_minutes_are_those_of_the_router(service: ReachService, asked: Question, toy_twin: Twin) -> None:
    point = (asked.lon, asked.lat)
    for toward in (False, True):
        for query in ({"mode": "walk"}, {"mode": "car"}, {}, {"from": "7:30"}):
            options = question_of({"lon": "0", "lat": "0"} | query).options
            mine = service.times(replace(asked, options=options, toward=toward))
            router = toy_twin.router(options)
            theirs = router.all_to_one(point) if toward else router.one_to_all(point)
            assert np.array_equal(mine.rows, theirs.rows)


def test_sums_are_those_of_a_plain_count(service: ReachService, asked: Question, toy_twin: Twin) -> None:
    times = service.times(asked)
    row, sums, weights = times.row(50), service.sums(times.row(50)), toy_twin.weights
    for at, matrix in enumerate(weights.matrix):
        assert sums.within[at].tolist() == pytest.approx([matrix[row <= band].sum() for band in BANDS])
        assert sums.reached[at] == pytest.approx(matrix[row != NOT_REACHED].sum())
        assert sums.totals[at] == pytest.approx(matrix.sum())
        assert sums.within[at] == pytest.approx(times.reached(matrix, BANDS, 50))
    assert sums.cells.sum() == len(row)
    assert sums.cells[-1] == (row == NOT_REACHED).sum()


def test_classes_are_the_bands_of_the_plan() -> None:
    minutes = np.arange(256, dtype=np.uint8)
    expected = [sum(m > band for band in BANDS) if m != NOT_REACHED else len(BANDS) + 1 for m in range(256)]
    assert classes_of(minutes).tolist() == expected


def test_what_goes_over_the_wire_comes_back() -> None:
    minutes = np.array([0, 7, 255, 90], np.uint8)
    header, back = decode(encode(minutes, {"à": 1}))
    assert header == {"à": 1, "count": 4}
    assert back.tolist() == minutes.tolist()
    for damaged in (b"", b"AUMC" + b"\0" * 20, encode(minutes, {})[:-1], encode(minutes, {}) + b"x"):
        with pytest.raises(ValueError):
            decode(damaged)


def test_lines_part_what_is_within_from_what_is_not(service: ReachService, asked: Question) -> None:
    """Every centre of a cell lies inside an odd number of rings of a band exactly where its minutes are within it."""
    found = json.loads(service.lines(asked))
    row = service.times(asked).row(50)
    some = range(0, len(row), 97)
    assert [f["properties"]["minutes"] for f in found["features"]] == sorted(
        band for band in BANDS if (row <= band).any()
    )
    for feature in found["features"]:
        rings = [shape({"type": "Polygon", "coordinates": [r]}) for r in feature["geometry"]["coordinates"]]
        for cell in some:
            inside = sum(ring.contains(Point(service.centre_of(cell))) for ring in rings) % 2 == 1
            assert inside == (row[cell] <= feature["properties"]["minutes"])


def test_the_cell_of_a_point_is_the_one_that_holds_it(service: ReachService) -> None:
    for cell in (0, 17, 4711):
        assert service.cell_of(*service.centre_of(cell)) == cell
    with pytest.raises(AccessError, match="outside"):
        service.cell_of(0.0, 0.0)


@pytest.mark.parametrize("toward", [False, True])
def test_a_journey_takes_the_minutes_that_the_map_shows(
    service: ReachService, asked: Question, toward: bool
) -> None:
    question = replace(asked, toward=toward)
    row = service.times(question).row(50)
    for minutes in (20, 45, 70):
        cells = np.flatnonzero(np.abs(row.astype(int) - minutes) <= 3)
        cell = int(cells[len(cells) // 2])
        told = service.journey(question, service.centre_of(cell))
        assert told.cell == cell
        assert -(-told.journey.seconds // 60) == row[cell]
        chosen = (told.journey.departure - question.options.start) // 60
        assert told.seconds[chosen] == told.journey.seconds
        other = service.journey(question, service.centre_of(cell), "8:20")
        if told.seconds[80] != NEVER:
            assert other.journey.seconds == told.seconds[80]


def test_a_cell_that_is_never_reached_has_no_journey(service: ReachService, asked: Question) -> None:
    cube = service.twin.router(asked.options).one_to_all((asked.lon, asked.lat), cube=True).cube
    assert cube is not None
    cell = int(np.flatnonzero((cube == NEVER).all(axis=1))[0])
    with pytest.raises(AccessError, match="no journey"):
        service.journey(asked, service.centre_of(cell))


def test_few_routers_are_kept(service: ReachService, asked: Question) -> None:
    for minutes in range(10, 20):
        service.times(replace(asked, options=replace(asked.options, max_minutes=minutes)))
    assert len(service._routers) == 3
    assert len(service._answers) <= 8


def test_many_threads_get_the_same_answers(toy_twin: Twin, asked: Question) -> None:
    service = ReachService(toy_twin, 2, 8)
    questions = [
        replace(asked, lon=asked.lon + i * 0.002, options=replace(asked.options, mode=mode))
        for i in range(6)
        for mode in ("walk", "transit")
    ]
    alone = {q: ReachService(toy_twin, 2, 1).times(q).rows for q in questions[:4]}
    found: dict[Question, np.ndarray] = {}

    def run(part: list[Question]) -> None:
        for question in part:
            found[question] = service.times(question).rows

    threads = [threading.Thread(target=run, args=(questions[i::4],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(questions)
    for question, rows in alone.items():
        assert np.array_equal(found[question], rows)


def test_beyond_the_bound_the_answer_is_busy(toy_twin: Twin, asked: Question) -> None:
    service = ReachService(toy_twin, 2, 1)
    with service._place(), pytest.raises(BusyError):
        service.times(asked)
    assert service.times(asked).rows.shape[1] == len(toy_twin.grid.gx)
