# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""On which days services run: calendar.txt, calendar_dates.txt, or either alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.tables import Table, days, drop, once, whole_numbers

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR = ("service_id", *WEEKDAYS, "start_date", "end_date")
EXCEPTIONS = ("service_id", "date", "exception_type")
_ADDED, _TAKEN = 1, 2


@dataclass(frozen=True, slots=True)
class Services:
    """Services of a feed by number. Days count from 1970-01-01; a service without a calendar row has last < first."""

    index: dict[str, int]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    weekdays: NDArray[np.bool_]
    exception_service: NDArray[np.int32]
    exception_day: NDArray[np.int32]
    exception_runs: NDArray[np.bool_]

    def matrix(self, start: int, count: int, which: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each service of `which` runs on each of `count` days from `start` on."""
        day = np.arange(start, start + count, dtype=np.int32)
        monday = (day + 3) % 7  # 1970-01-01 was a Thursday
        runs = self.weekdays[which][:, monday]
        runs &= (day >= self.first[which, None]) & (day <= self.last[which, None])
        row = np.full(len(self.first), -1, np.int64)
        row[which] = np.arange(len(which))
        inside = (self.exception_day >= start) & (self.exception_day < start + count)
        inside &= row[self.exception_service] >= 0
        at = (row[self.exception_service[inside]], self.exception_day[inside] - start)
        runs[at] = self.exception_runs[inside]
        return np.ascontiguousarray(runs)

    def span(self, which: NDArray[np.int32]) -> tuple[int, int] | None:
        """First and last day that any of the services could run on; None when there is none."""
        ranged = which[(self.last[which] >= self.first[which]) & self.weekdays[which].any(axis=1)]
        told = self.exception_day[np.isin(self.exception_service, which) & self.exception_runs]
        starts, ends = (
            [*self.first[ranged].tolist(), *told.tolist()],
            [*self.last[ranged].tolist(), *told.tolist()],
        )
        return (min(starts), max(ends)) if starts else None


def read_services(calendar: Table | None, exceptions: Table | None, findings: Findings) -> Services:
    """Services of both files; rows that cannot be read are left out and told."""
    ranges = _calendar(calendar, findings) if calendar is not None else None
    dates = _dates(exceptions, findings) if exceptions is not None else None
    ranged = ranges[0]["service_id"].texts() if ranges else []
    dated = dates[0]["service_id"].texts() if dates else []
    index = {text: number for number, text in enumerate(dict.fromkeys([*ranged, *dated]))}
    first, last = np.zeros(len(index), np.int32), np.full(len(index), -1, np.int32)
    weekdays = np.zeros((len(index), 7), bool)
    if ranges:
        first[: len(ranged)], last[: len(ranged)], weekdays[: len(ranged)] = ranges[1:]
    none = np.zeros(0, np.int32)
    return Services(
        index,
        first,
        last,
        weekdays,
        np.array([index[text] for text in dated], np.int32),
        dates[1] if dates else none,
        dates[2] if dates else none.astype(bool),
    )


def _calendar(
    table: Table, findings: Findings
) -> tuple[Table, NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    table = once(table, "service_id", findings)
    bad = np.zeros(len(table), bool)
    weekdays = np.zeros((len(table), 7), bool)
    for number, name in enumerate(WEEKDAYS):
        value, wrong = whole_numbers(table[name], -1)
        wrong |= (value != 0) & (value != 1)
        drop(table, wrong, "bad_weekday", "neither 0 nor 1; the row is left out", name, findings, "0 or 1")
        weekdays[:, number] = value == 1
        bad |= wrong
    ends = []
    for name in ("start_date", "end_date"):
        value, wrong = days(table[name])
        wrong |= value < 0
        drop(table, wrong, "bad_date", "not a date; the row is left out", name, findings, "YYYYMMDD")
        bad |= wrong
        ends.append(value)
    turned = ~bad & (ends[0] > ends[1])
    drop(table, turned, "dates_turned", "the service ends before it starts", "end_date", findings)
    good = ~bad
    return table.take(good), ends[0][good], ends[1][good], weekdays[good]


def _dates(table: Table, findings: Findings) -> tuple[Table, NDArray[np.int32], NDArray[np.bool_]]:
    day, bad = days(table["date"])
    bad |= day < 0
    drop(table, bad, "bad_date", "not a date; the row is left out", "date", findings, "YYYYMMDD")
    kind, wrong = whole_numbers(table["exception_type"], -1)
    wrong |= (kind != _ADDED) & (kind != _TAKEN)
    drop(table, wrong, "bad_exception_type", "neither 1 nor 2", "exception_type", findings, "1 or 2")
    blank = table["service_id"].blank()
    drop(table, blank, "missing_id", "the row has no service_id", "service_id", findings)
    good = ~bad & ~wrong & ~blank
    table, day, kind = table.take(good), day[good], kind[good]
    pair = table["service_id"].codes.astype(np.int64) << 32 | day
    _, first, back = np.unique(pair, return_index=True, return_inverse=True)
    other = kind != kind[first][back]
    drop(
        table,
        other,
        "contradiction",
        "the day is added and taken away; the first row holds",
        "date",
        findings,
    )
    once = np.zeros(len(table), bool)
    once[first] = True
    return table.take(once), day[once], kind[once] == _ADDED


def densest(spans: list[Services], count: int) -> int:
    """First of the `count` days in which most services run, by their ranges and added days; ties: the earliest."""
    first = np.concatenate([services.first for services in spans])
    last = np.concatenate([services.last for services in spans])
    added = np.concatenate([services.exception_day[services.exception_runs] for services in spans])
    ranged = (last >= first) & np.concatenate([services.weekdays.any(axis=1) for services in spans])
    starts = np.concatenate((first[ranged], added)).astype(np.int64)
    ends = np.concatenate((last[ranged], added)).astype(np.int64)
    low, high = int(starts.min()), int(ends.max())
    steps = np.zeros(high - low + 2, np.int64)
    np.add.at(steps, starts - low, 1)
    np.add.at(steps, ends - low + 1, -1)
    total = np.concatenate(([0], np.cumsum(np.cumsum(steps)[:-1])))
    if len(total) <= count:
        return low
    return low + int(np.argmax(total[count:] - total[:-count]))
