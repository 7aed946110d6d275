# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""There and back in a day: whether public transport allows a day's work, or an errand, at the hub."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.travel import BEYOND, CellMinutes, DayOut, of_cells, share_of_people
from aumenta.values.aggregate import Members, quantity, ratio
from aumenta.values.text import Text

#: Hours at the hub that a day's work, and an errand, take.
HOURS = {"work": 8, "service": 3}
#: Reason of what cannot be told from a part of the day.
PART_OF_DAY = "part_of_day"


def thereandback(
    cells: CellArrays, members: Members, seats: Mapping[str, int] | None = None, transit: DayOut | None = None
) -> Result:
    """Hours that one can stay at the hub in a day by public transport, and residents for whom they are enough.

    Formulas, by cell: hours = latest departure from the hub that is home by 20:30 - earliest arrival at the hub leaving
    home from 6:30 on, on the day of the timetable; of a municipality the hours at its seat; share = 100 x residents of
    cells with at least 8 hours (3 for a service) / residents. Who does not get there and back at all counts as without.
    Where the timetable is whole for a part of the day only, what it allows is the least there is: a share is given when
    everybody has the hours, and else missing with that least share in words; hours are missing.

    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 250,
    ...                    {"pop": np.array([30, 10])})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> day = DayOut(np.array([8, 10]) * 3600, np.array([18, 14]) * 3600)
    >>> rows = pd.concat(thereandback(cells, whole, transit=day).rows).set_index("indicator")["value"]
    >>> float(rows["thereandback.work"]), float(rows["thereandback.service"])
    (75.0, 100.0)
    """
    if transit is None:
        return Result()
    hours = transit.hours()
    like = CellMinutes(np.empty(0, np.uint8), 0, transit.status, transit.sources, transit.period)
    if transit.known is not None:
        return _at_least(cells, members, transit, transit.known)
    rows: list[pd.DataFrame] = []
    if seats:
        names = sorted(seats)
        at_seat = hours[[seats[name] for name in names]]
        own = quantity(names, at_seat, like.status, BEYOND, like.sources, like.period)
        one = quantity(names, np.ones(len(names)))
        rows.append(ratio("thereandback.hours", own, one, members.only(["municipality"])))
    for name, enough in HOURS.items():
        with np.errstate(invalid="ignore"):
            holds = hours >= enough
        rows.append(share_of_people(f"thereandback.{name}", cells, holds, members, like))
    return Result(rows, {"thereandback.hours": of_cells(cells, hours, like)})


def _at_least(cells: CellArrays, members: Members, transit: DayOut, known: tuple[str, str]) -> Result:
    """What a timetable allows that is whole for a part of the day: enough of it is enough, too little says nothing."""
    like = CellMinutes(np.empty(0, np.uint8), 0, transit.status, transit.sources, transit.period)
    people, hours = cells.column("pop"), transit.hours()
    nothing = of_cells(cells, np.full(len(hours), np.nan), like, PART_OF_DAY)
    result = Result(cells={"thereandback.hours": nothing}, why={"thereandback.hours": PART_OF_DAY})
    for name, enough in HOURS.items():
        with np.errstate(invalid="ignore"):
            holds = hours >= enough
        if (holds | (people == 0)).all():
            result.rows.append(share_of_people(f"thereandback.{name}", cells, holds, members, like))
            continue
        share = f"{100 * float(people @ holds) / max(float(people.sum()), 1.0):.1f}"
        code = f"{PART_OF_DAY}.{name}"
        result.why[f"thereandback.{name}"] = code
        result.reasons[code] = Text(
            it=f"L'orario è completo solo dalle {known[0]} alle {known[1]}: con le corse che ha almeno il "
            f"{share.replace('.', ',')} % dei residenti può restare {enough} ore; degli altri non si sa.",
            en=f"The timetable is whole from {known[0]} to {known[1]} only: with the services it has at least "
            f"{share} % of the residents can stay {enough} hours; of the others nobody knows.",
        )
    return result
