# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Readings of the toy metropolis, worked out by hand from its lines, points and cells."""

from __future__ import annotations

import numpy as np
import pytest

from aumenta.access.day import day_at
from aumenta.access.options import Options
from aumenta.network.files import open_network
from aumenta.twin import Twin

AQUILONE, BIGLIE, DADI, ALTALENA, GIROTONDO, FILASTROCCA = (f"9000{n:02d}" for n in (2, 3, 5, 7, 9, 12))


def by_place(toy: Twin, indicator: str) -> dict[str, float]:
    """Values of an indicator by municipality, NaN where missing."""
    table = toy.values(indicator, "municipality")
    return dict(zip(table["place"], table["value"].astype(float), strict=True))


def test_minutes_to_the_station_are_the_straight_line_with_its_detour(toy: Twin) -> None:
    # The seat's cell is one of the four around it; the station is 500 m north of the seat:
    # from the cells in the south hypot(125, 625) x 1.3 / 1.4 = 592 s, in the north hypot(125, 375) x 1.3 / 1.4 = 367 s.
    foot, bike = by_place(toy, "stations.foot"), by_place(toy, "stations.bike")
    assert foot[AQUILONE] in {10.0, 7.0}
    assert bike[AQUILONE] == {10.0: 4.0, 7.0: 3.0}[foot[AQUILONE]]  # a third of the time, rounded up
    assert foot[ALTALENA] in {11.0, 7.0}  # hills: 5 % slower


def test_hours_at_the_hub_are_those_of_the_lines(toy: Twin) -> None:
    hours = by_place(toy, "thereandback.hours")
    # Train every half hour: the 7:00 at Aquilone is there at 7:05; the 20:05 is back at 20:10, the next is too late.
    assert hours[AQUILONE] == pytest.approx(13.0)
    assert hours[ALTALENA] == pytest.approx(13.0)
    # Bus every hour from Filastrocca (7:00, there at 7:40, at Girotondo at 7:28); back at 20:00, to Filastrocca 19:00.
    assert hours[GIROTONDO] == pytest.approx(12 + 20 / 60)
    assert hours[FILASTROCCA] == pytest.approx(11 + 20 / 60)
    assert hours[DADI] == pytest.approx(12 + 36 / 60)  # 7:24 to 20:00
    assert np.isnan(hours[BIGLIE])  # nothing calls there, and it is more than an hour's walk
    assert by_place(toy, "thereandback.work")[BIGLIE] == 0.0


def test_a_day_is_the_same_however_often_one_asks(toy: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    network, hub = open_network(toy.folder / "network"), (9.1443227, 44.2387988)
    hourly = day_at(network, hub, Options(percentiles=(50,)))
    monkeypatch.setattr("aumenta.access.day.STEP", 900)
    often = day_at(network, hub, Options(percentiles=(50,)))
    assert np.array_equal(hourly.arrive, often.arrive) and np.array_equal(hourly.leave, often.leave)


def test_what_is_known_of_services_is_a_range(toy: Twin) -> None:
    least, most = by_place(toy, "city15.complete_known"), by_place(toy, "city15.complete_possible")
    assert all(least[town] <= most[town] for town in least)
    unknown = by_place(toy, "city15.school_unknown")
    assert unknown[FILASTROCCA] == 100.0  # its infant school has no position
    assert np.isnan(by_place(toy, "city15.school")[FILASTROCCA])
