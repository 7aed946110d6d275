# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Readings of the toy metropolis, worked out by hand from its lines, points and cells."""

from __future__ import annotations

import numpy as np
import pytest

from aumenta.access.day import day_at
from aumenta.access.edge import edge_of, minutes_to_edge
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.files import open_network
from aumenta.twin import Twin

GIOCOPOLI, AQUILONE, BIGLIE, DADI, CARTE, ALTALENA, GIROTONDO, FILASTROCCA = (
    f"9000{n:02d}" for n in (1, 2, 3, 5, 6, 7, 9, 12)
)


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


def test_minutes_to_the_edge_are_those_to_the_nearest_cell_beside_it(toy: Twin) -> None:
    network, cells = open_network(toy.folder / "network"), toy.cells()
    gx, gy = (cells[name].to_numpy(np.int64) for name in ("gx", "gy"))
    edge = edge_of(gx, gy, 250, network)
    assert edge.inner.sum() == 2 * (80 + 60) - 4  # a rectangle of 80 by 60 cells
    car = Options(mode="car", percentiles=(50,))
    least = minutes_to_edge(network, edge, car)
    some = np.flatnonzero(edge.inner)[::6].tolist()
    asked = Router(network, car).all_to_any(some).row(50)
    assert (least <= asked).all() and (least[some] == 0).all()
    whole = Router(network, car).all_to_any(np.flatnonzero(edge.inner).tolist()).row(50)
    assert (whole.astype(int) - least <= 1).all()  # one is rounded up, the other down
    walk, transit = (
        minutes_to_edge(network, edge, Options(mode=mode, percentiles=(50,))) for mode in ("walk", "transit")
    )
    sixty = walk <= 58  # longer walks are not looked at by public transport
    assert (transit[sixty] <= walk[sixty] + 1).all() and (transit < 255).sum() >= sixty.sum()


def test_what_is_known_of_services_is_a_range(toy: Twin) -> None:
    least, most = by_place(toy, "city15.complete_known"), by_place(toy, "city15.complete_possible")
    assert all(least[town] <= most[town] for town in least)
    unknown = by_place(toy, "city15.school_unknown")
    assert unknown[FILASTROCCA] == 100.0  # its infant school has no position
    assert np.isnan(by_place(toy, "city15.school")[FILASTROCCA])


def test_schools_of_the_hills_have_room_to_spare(toy: Twin) -> None:
    # Standard 7, 6, 8, 9 m2 for a pupil; plain as it asks, hills half as much again, the capital's primary 80 %.
    space, spare = by_place(toy, "school_welfare.space"), by_place(toy, "school_welfare.spare_m2")
    assert space[AQUILONE] == 100.0 and spare[AQUILONE] == 0.0
    assert space[ALTALENA] == pytest.approx(150.0)
    assert spare[ALTALENA] == (90 * 7 + 120 * 6 + 90 * 8) / 2
    assert space[GIOCOPOLI] == pytest.approx(100 * 21_840 / 22_800)  # the private school tells no pupils
    assert by_place(toy, "school_welfare.m2_per_pupil")[GIOCOPOLI] == pytest.approx(7.28)
    # Altalena has no park, Carte neither library nor park; in Biglie nobody has room to spare.
    candidates = by_place(toy, "school_welfare.candidates")
    assert (candidates[ALTALENA], candidates[CARTE], candidates[BIGLIE]) == (3.0, 2.0, 0.0)
    # Of 20 pupils a class: infant 60, primary 100, lower secondary 120 are the smallest schools.
    assert by_place(toy, "school_welfare.size")[ALTALENA] == pytest.approx(100 * 300 / 280)
    assert by_place(toy, "school_welfare.small_schools")[ALTALENA] == pytest.approx(100 / 3)


def test_families_without_fibre(toy: Twin) -> None:
    families = by_place(toy, "broadband.families_without")
    assert families[GIOCOPOLI] == pytest.approx(1_000) and families[DADI] == pytest.approx(750)
    assert np.isnan(families[FILASTROCCA])
    assert by_place(toy, "broadband.pupils_without")[ALTALENA] == pytest.approx(210)
    assert by_place(toy, "broadband.employed_low")[ALTALENA] == 100.0
