# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Timetables from GTFS feeds: reading, checking, days of service."""

from aumenta.network.gtfs.dates import dates_with_service, explain_date, representative_date, trips_by_day
from aumenta.network.gtfs.modes import MODES, mode_of
from aumenta.network.gtfs.report import FeedFacts, GtfsReport, Notice
from aumenta.network.gtfs.timetable import read_gtfs

__all__ = [
    "MODES",
    "FeedFacts",
    "GtfsReport",
    "Notice",
    "dates_with_service",
    "explain_date",
    "mode_of",
    "read_gtfs",
    "representative_date",
    "trips_by_day",
]
