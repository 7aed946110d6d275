# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One table that can be downloaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from aumenta.values.text import Text

#: Formats of tables without and with geometry.
PLAIN, SHAPED = ("csv", "parquet"), ("csv", "geojson", "parquet")


@dataclass(frozen=True)
class DataTable:
    """A table that can be downloaded. `make` reads it anew (rows in a stable order); `formats` are file endings.

    Tables of a `family` have the same columns and are shown together.
    """

    id: str
    group: str
    title: Text
    about: Text
    columns: tuple[str, ...]
    rows: int
    licence: str
    attribution: tuple[str, ...]
    formats: tuple[str, ...]
    make: Callable[[], pd.DataFrame]
    family: Text | None = None


def plain_table(
    key: str, group: str, title: Text, frame: pd.DataFrame, licence: str, thanks: Sequence[str] = ()
) -> DataTable:
    """A table without geometry that is already in memory."""
    columns = tuple(str(c) for c in frame.columns)
    about = Text(it="", en="")
    return DataTable(
        key, group, title, about, columns, len(frame), licence, tuple(thanks), PLAIN, lambda: frame
    )
