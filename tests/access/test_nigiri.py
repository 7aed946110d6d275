# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Real feeds of two cities and a made-up one: nigiri finds the same arrivals; docs/exactness.md tells the rest."""

from __future__ import annotations

import datetime
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from oracle_nigiri import NEVER, Question, closed_walks, question, write_in_minutes, write_twice

from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Timetable
from aumenta.network.synth import synth

PLACES = 30
#: A longer run: AUMENTA_NIGIRI_PAIRS=5000 pytest tests/access/test_nigiri.py
PAIRS = int(os.environ.get("AUMENTA_NIGIRI_PAIRS", "200"))
When = tuple[datetime.date, str, int, int]
ZHELEZNOGORSK: When = (datetime.date(2024, 5, 22), "Asia/Krasnoyarsk", 8 * 3600, 120)
PORTO_ALEGRE: When = (datetime.date(2019, 5, 13), "America/Sao_Paulo", 14 * 3600, 120)


def asked(feeds: list[Path], when: When, change: int, metres: float, folder: Path) -> Question:
    """The question over the feeds, for places beside stops that vehicles call at."""
    timetable, _ = read_gtfs(feeds)
    x, y = in_metres(timetable)
    walks = closed_walks(x, y, metres, change)
    assert max(walks.values(), default=0) <= 1200  # nigiri drops longer ones
    write_in_minutes(timetable, when[0], when[1], change, walks, folder)
    again, _ = read_gtfs([folder])
    order = again.stop_id.astype(int)
    places = beside(timetable, x, y)
    return question(again, places, (x[order], y[order]), when, folder)


def in_metres(timetable: Timetable) -> tuple[np.ndarray, np.ndarray]:
    """Metres good enough to walk the same way in both engines."""
    y = 111_320 * timetable.stop_lat
    return 111_320 * np.cos(np.radians(timetable.stop_lat)) * timetable.stop_lon, y


def beside(timetable: Timetable, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places near stops that vehicles call at, always the same."""
    draw = np.random.default_rng(5)
    near = draw.choice(np.unique(timetable.conn_from), PLACES, replace=False)
    return x[near] + draw.uniform(-200, 200, PLACES), y[near] + draw.uniform(-200, 200, PLACES)


def unexplained(own: Question, rides: int | None) -> tuple[int, int, list[str]]:
    """Pairs that both reach, pairs that differ for the known reason, and the others in words."""
    draw = np.random.default_rng(6)
    columns = (draw.integers(0, top, PAIRS) for top in (PLACES, PLACES, own.count))
    pairs = [(int(a), int(b), int(m)) for a, b, m in zip(*columns, strict=True) if a != b]
    ours = own.ours(rides, len(own.network.stops or ()))
    theirs = own.theirs(pairs, rides)
    reached = explained = 0
    told = []
    for (origin, goal, departure), their in zip(pairs, theirs, strict=True):
        mine = int(ours[origin, goal, departure])
        reached += mine == their != NEVER
        if mine == their:
            continue
        if their == NEVER and _through_a_stop(own, origin, goal) <= mine:
            explained += 1  # nigiri leaves out rides that are no faster than walking through a stop near both
            continue
        told.append(f"{origin} to {goal} at minute {departure}: {mine} s here, {their} s by nigiri")
    return reached, explained, told


def _through_a_stop(own: Question, origin: int, goal: int) -> int:
    access = own.network.access
    assert access is not None
    near = [
        {int(access.stop[i]): int(access.seconds[i]) for i in range(access.indptr[p], access.indptr[p + 1])}
        for p in (origin, goal)
    ]
    return min((near[0][s] + near[1][s] for s in near[0].keys() & near[1].keys()), default=NEVER)


CASES = [(120, 0.0, 4), (0, 90.0, None), (60, 90.0, 2)]


@pytest.mark.shared
@pytest.mark.parametrize(("change", "metres", "rides"), CASES)
def test_zheleznogorsk(shared_dir: Path, change: int, metres: float, rides: int | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        own = asked([shared_dir / "data/cities/zheleznogorsk"], ZHELEZNOGORSK, change, metres, Path(name))
        reached, explained, others = unexplained(own, rides)
    assert others == []
    assert reached > PAIRS / 4 and explained < PAIRS / 8


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("change", "metres", "rides"), CASES[:2])
def test_porto_alegre(shared_dir: Path, change: int, metres: float, rides: int | None) -> None:
    city = shared_dir / "data/cities/porto_alegre"
    with tempfile.TemporaryDirectory() as name:
        feeds = [city / "poa_eptc.zip", city / "poa_trensurb.zip"]
        own = asked(feeds, PORTO_ALEGRE, change, metres, Path(name))
        reached, explained, others = unexplained(own, rides)
    assert others == []
    assert reached > PAIRS / 4 and explained < PAIRS / 8


@pytest.mark.shared
@pytest.mark.slow
def test_blank_times_that_nigiri_interpolates_itself(shared_dir: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        raw, told = Path(name) / "raw", Path(name) / "told"
        write_twice(shared_dir / "data/cities/porto_alegre/poa_eptc.zip", raw, told)
        timetable, _ = read_gtfs([told])
        x, y = in_metres(timetable)
        own = replace(question(timetable, beside(timetable, x, y), (x, y), PORTO_ALEGRE, raw), change=120)
        reached, explained, others = unexplained(own, None)
    assert others == []
    assert reached > PAIRS / 4 and explained < PAIRS / 8


@pytest.mark.parametrize(("change", "metres", "rides"), CASES[1:])
def test_a_made_up_metropolis(tmp_path: Path, change: int, metres: float, rides: int | None) -> None:
    synth(tmp_path / "made", scale=0.05)
    timetable, _ = read_gtfs([tmp_path / "made/gtfs"])
    running = np.flatnonzero(timetable.services.any(axis=0))[1:]
    day = timetable.first_date + int(running[0])
    when: When = (day.astype(datetime.date), "Europe/Rome", 7 * 3600, 120)
    with tempfile.TemporaryDirectory() as name:
        own = asked([tmp_path / "made/gtfs"], when, change, metres, Path(name))
        reached, explained, others = unexplained(own, rides)
    assert others == []
    assert reached > PAIRS / 4 and explained < PAIRS / 8
