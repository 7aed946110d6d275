# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets and timetables as flat arrays, read from files or estimated from cells, compiled once, memory-mapped."""
