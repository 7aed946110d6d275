# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The best way by public transport between one pair for one departure, ride by ride.

A connection scan (Dibbelt, Pajor, Strasser and Wagner, ACM JEA 23, 2018) with parent pointers. What is best, in this
order: earliest arrival, fewest rides, fewest seconds between vehicles and at both ends, latest start. All but the first
make one number, the key, that only grows along a way; who sits in a vehicle shares its times, so of all that could sit
there the one with the least key is enough, and a stop keeps a Pareto list of (ready to board, key).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.walks import QueryWalks
from aumenta.access.window import NEVER, Shorts, Window
from aumenta.network.compiled import kernel
from aumenta.network.model import ALIGHT, BOARD, Bytes, Ints

Longs = NDArray[np.int64]

# A key holds rides from bit 40 on, seconds outside vehicles from bit 18 on, and then how long before second 65535 of
# the window the start lies (0 while nothing is boarded); 1 << 62 is worse than any.
#: Columns of labels: when one is ready to board, key, next label of the stop's list, label before, first and last
#: connection of the ride that led here, stop.
_READY, _KEY, _NEXT, _BEFORE, _BOARDED, _LEFT, _STOP = range(7)
#: Room for labels (56 bytes each, touched only where used); more is taken where it runs out.
_FIRST_LABELS = 1 << 18


@dataclass(frozen=True, slots=True)
class Ride:
    """One vehicle: first and last connection of the window that are ridden."""

    boarded: int
    left: int


@dataclass(frozen=True, slots=True)
class Way:
    """What was found: arrival in seconds of the window, rides in order, and the stops and walks at both ends."""

    arrival: int
    rides: tuple[Ride, ...]
    access_stop: int
    access_seconds: int
    egress_stop: int
    egress_seconds: int


def best_way(
    window: Window,
    walks: QueryWalks,
    access: tuple[Ints, Shorts],
    egress: tuple[Ints, Shorts],
    leave: int = 0,
    rides: int | None = None,
    within: int | None = None,
) -> Way | None:
    """Find the best way by at least one vehicle, or None where there is none within the window's `max_seconds`.

    access, egress: stops int32 near the origin and the destination with their seconds uint16. leave: seconds after the
    window's start, of any second up to its last departure. rides: most vehicles boarded. within: fewer seconds than
    `max_seconds` that the way may take.
    """
    stops = len(walks.foot_indptr) - 1
    last_walk = np.full(stops, NEVER, np.uint16)
    np.minimum.at(last_walk, egress[0], egress[1])
    connections = (
        window.conn_from,
        window.conn_to,
        window.conn_dep,
        window.conn_arr,
        window.conn_trip,
        window.conn_flags,
    )
    first = int(np.searchsorted(window.conn_dep, leave))
    foot = (walks.foot_indptr, walks.foot_stop, walks.foot_seconds)
    near = (np.ascontiguousarray(access[0], np.int32), np.ascontiguousarray(access[1], np.uint16))
    again = groups_to_repeat(window, walks)
    longest = window.max_seconds if within is None else min(within, window.max_seconds)
    limits = np.array([leave, leave + longest, NEVER if rides is None else rides], np.int64)
    size = _FIRST_LABELS
    while True:
        labels = np.empty((size, 7), np.int64)
        end = np.empty(5, np.int64)
        if _scan(connections, first, foot, near, last_walk, again, limits, window.trips, labels, end):
            break
        size *= 4
    return _traced(window, labels, end, last_walk, leave) if end[0] < NEVER else None


def groups_to_repeat(window: Window, walks: QueryWalks) -> tuple[Ints, Ints]:
    """First and last connections, in order of time, of equal departures where one may ride and change in no time."""
    none = np.zeros(0, np.int32)
    zero = np.flatnonzero(walks.foot_seconds == 0)
    if not len(zero):
        return none, none
    at_once = np.zeros(len(walks.foot_indptr) - 1, bool)
    at_once[np.searchsorted(walks.foot_indptr, zero, "right") - 1] = True
    flown = (window.conn_dep == window.conn_arr) & ((window.conn_flags & ALIGHT) != 0)
    times = np.unique(window.conn_dep[flown & at_once[window.conn_to]])
    first = np.searchsorted(window.conn_dep, times, "left")
    last = np.searchsorted(window.conn_dep, times, "right") - 1
    return first.astype(np.int32), last.astype(np.int32)


def _traced(window: Window, labels: Longs, end: Longs, last_walk: Shorts, leave: int) -> Way:
    """Follow the labels from the destination back to the first walk."""
    arrival, _, label, boarded, left = (int(value) for value in end)
    egress_stop = int(window.conn_to[left])
    rides = [Ride(boarded, left)]
    while labels[label, _BEFORE] >= 0:
        rides.append(Ride(int(labels[label, _BOARDED]), int(labels[label, _LEFT])))
        label = int(labels[label, _BEFORE])
    access_seconds = int(labels[label, _READY]) - leave
    return Way(
        arrival,
        tuple(rides[::-1]),
        int(labels[label, _STOP]),
        access_seconds,
        egress_stop,
        int(last_walk[egress_stop]),
    )


@kernel
def _keep(  # noqa: PLR0913, PLR0917
    labels: Longs,
    head: Ints,
    count: Any,
    stop: Any,
    ready: Any,
    key: Any,
    before: Any,
    boarded: Any,
    left: Any,
) -> bool:
    """Write a label at `count` and put it into the list of its stop, unless one as good is there."""
    over = -1
    at = head[stop]
    while at >= 0 and labels[at, _READY] > ready:
        if labels[at, _KEY] < key:
            over = at
        at = labels[at, _NEXT]
    if at >= 0 and labels[at, _KEY] <= key:
        return False
    if at >= 0 and labels[at, _READY] == ready:
        at = labels[at, _NEXT]
    labels[count, _READY] = ready
    labels[count, _KEY] = key
    labels[count, _NEXT] = at
    labels[count, _BEFORE] = before
    labels[count, _BOARDED] = boarded
    labels[count, _LEFT] = left
    labels[count, _STOP] = stop
    if over >= 0:
        labels[over, _NEXT] = count
    else:
        head[stop] = count
    return True


@kernel
def _scan(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    connections: tuple[Ints, Ints, Shorts, Shorts, Ints, Bytes],
    first: int,
    foot: tuple[Ints, Ints, Shorts],
    access: tuple[Ints, Shorts],
    last_walk: Shorts,
    again: tuple[Ints, Ints],
    limits: Longs,
    trips: int,
    labels: Longs,
    end: Longs,
) -> bool:
    """Fill `end` with arrival, key, label, first and last connection of the last ride; False when labels run out.

    Lists of a stop begin with the label that is ready last; along a list keys rise.
    """
    conn_from, conn_to, conn_dep, conn_arr, conn_trip, conn_flags = connections
    foot_indptr, foot_stop, foot_seconds = foot
    access_stop, access_seconds = access
    again_first, again_last = again
    leave, latest, most_rides = limits[0], limits[1], limits[2]
    stops = len(foot_indptr) - 1
    head = np.full(stops, -1, np.int32)
    left_key = np.full(stops, 1 << 62, np.int64)
    left_time = np.empty(stops, np.int64)
    trip_key = np.full(trips, 1 << 62, np.int64)
    trip_label = np.empty(trips, np.int64)
    trip_boarded = np.empty(trips, np.int64)
    kept = np.empty((0, 3), np.int64)
    end[0] = NEVER
    end[1] = 1 << 62
    count = 0
    if len(access_stop) > len(labels):
        return False
    for i in range(len(access_stop)):
        walk = np.int64(access_seconds[i])
        if _keep(labels, head, count, access_stop[i], leave + walk, walk << 18, -1, -1, -1):
            count += 1
    group = np.searchsorted(again_first, first)
    repeating = False
    changed = False
    c = np.int64(first)
    while c < len(conn_dep):
        dep = np.int64(conn_dep[c])
        if dep > latest or dep > end[0]:
            break
        if not repeating and group < len(again_first) and c == again_first[group]:
            repeating = True
            changed = False
            kept = np.empty((again_last[group] + 1 - c, 3), np.int64)
            for k in range(len(kept)):
                trip = conn_trip[c + k]
                kept[k, 0], kept[k, 1], kept[k, 2] = trip_key[trip], trip_label[trip], trip_boarded[trip]
        trip = conn_trip[c]
        if conn_flags[c] & BOARD:
            at = head[conn_from[c]]
            while at >= 0 and labels[at, _READY] > dep:
                at = labels[at, _NEXT]
            if at >= 0 and (labels[at, _KEY] >> 40) < most_rides:
                key = labels[at, _KEY] + (1 << 40)
                if labels[at, _BEFORE] < 0:
                    key += 65535 - (dep - (labels[at, _READY] - leave))
                if key < trip_key[trip]:
                    trip_key[trip] = key
                    trip_label[trip] = at
                    trip_boarded[trip] = c
        key = trip_key[trip]
        arr = np.int64(conn_arr[c])
        to = conn_to[c]
        if key < 1 << 62 and conn_flags[c] & ALIGHT and arr <= latest and arr <= end[0]:
            walk = np.int64(last_walk[to])
            if walk != NEVER and arr + walk <= latest:
                whole = key + (walk << 18)
                if arr + walk < end[0] or (arr + walk == end[0] and whole < end[1]):
                    end[0], end[1], end[2], end[3], end[4] = (
                        arr + walk,
                        whole,
                        trip_label[trip],
                        trip_boarded[trip],
                        c,
                    )
            if key < left_key[to] or arr < left_time[to]:
                if key <= left_key[to]:
                    left_key[to] = key
                    left_time[to] = arr
                if count + foot_indptr[to + 1] - foot_indptr[to] > len(labels):
                    return False
                for e in range(foot_indptr[to], foot_indptr[to + 1]):
                    ready = arr + np.int64(foot_seconds[e])
                    if ready > end[0]:
                        continue
                    other = foot_stop[e]
                    longer = key if other == to else key + (np.int64(foot_seconds[e]) << 18)
                    if _keep(
                        labels, head, count, other, ready, longer, trip_label[trip], trip_boarded[trip], c
                    ):
                        count += 1
                        if ready == dep:
                            changed = True
        if repeating and c == again_last[group]:
            if changed:
                changed = False
                for k in range(len(kept)):
                    trip = conn_trip[again_first[group] + k]
                    trip_key[trip], trip_label[trip], trip_boarded[trip] = kept[k, 0], kept[k, 1], kept[k, 2]
                c = np.int64(again_first[group])
                continue
            repeating = False
            group += 1
        c += 1
    return True
