# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The trend of a value over its periods: a small line, and its first and last value in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aumenta.values.model import Indicator
from aumenta.web.i18n import Language
from aumenta.web.territory_index import SeriesPoint
from aumenta.web.words import number, period_text

#: Size of the drawing.
WIDTH, HEIGHT, MARGIN = 96, 26, 4


@dataclass(frozen=True, slots=True)
class Trend:
    """A line in a drawing of `WIDTH` by `HEIGHT`; `text` says the same; `rows` are period and value of every point."""

    path: str
    end: tuple[float, float]
    text: str
    rows: tuple[tuple[str, str], ...]
    change: int


def trend_of(points: Sequence[SeriesPoint], indicator: Indicator, language: Language) -> Trend | None:
    """None with fewer than two known values, or periods that cannot be put in time."""
    known = [(_year(p.period), p.value, p.period) for p in points if p.value is not None]
    timed = [(when, value, period) for when, value, period in known if when is not None]
    if len(timed) < 2 or len({when for when, _, _ in timed}) < 2:
        return None
    timed.sort()
    low, high = min(v for _, v, _ in timed), max(v for _, v, _ in timed)
    start, stop = timed[0][0], timed[-1][0]
    spots = [
        (
            round(MARGIN + (WIDTH - 2 * MARGIN) * (when - start) / (stop - start), 1),
            round(
                HEIGHT / 2
                if high == low
                else HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (v - low) / (high - low),
                1,
            ),
        )
        for when, v, _ in timed
    ]
    rows = tuple((period_text(p, language), number(v, indicator.decimals, language)) for _, v, p in timed)
    first, last = rows[0], rows[-1]
    text = f"{first[1]} ({first[0]}) → {last[1]} ({last[0]})"
    change = (timed[-1][1] > timed[0][1]) - (timed[-1][1] < timed[0][1])
    return Trend("M" + "L".join(f"{x} {y}" for x, y in spots), spots[-1], text, rows, change)


def _year(period: str) -> float | None:
    """The end of a period as a year with its fraction.

    >>> _year("2022-01-01/2023-07-01"), _year("2019"), _year("sempre") is None
    (2023.5, 2019.0, True)
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", period.rsplit("/", maxsplit=1)[-1])
    return int(found.group(1)) + (int(found.group(2) or 1) - 1) / 12 if found else None
