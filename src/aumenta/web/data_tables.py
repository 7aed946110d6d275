# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Every table of the twin that the data page offers: what it is, its columns, its licence, and how it is read.

Tables under different licences are different files: opportunities are parted by licence, so that what came under
ODbL stays ODbL and touches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

import pandas as pd

from aumenta.plan.check import Defect
from aumenta.store.manifest import SourceEntry
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.data_table import PLAIN, SHAPED, DataTable
from aumenta.web.pages.defects import defects_of
from aumenta.web.site import Site
from aumenta.web.territory_index import MEASURES as ORDER
from aumenta.web.word_tables import about_tables, plan_tables
from aumenta.web.words import MEASURES

#: Groups in the order of the page.
GROUPS: dict[str, Text] = {
    "territory": Text(it="Territorio", en="Territory"),
    "opportunities": Text(it="Ciò che si raggiunge", en="What people reach"),
    "values": Text(it="Valori degli indicatori", en="Values of the indicators"),
    "plan": Text(it="Piano", en="Plan"),
    "about": Text(it="Sui dati", en="About the data"),
}


def all_tables(twin: Twin, defects: Sequence[Defect] = ()) -> dict[str, DataTable]:
    """The tables of a twin by id, in the order of the page; `defects` are what the check of its plan found."""
    words = [*plan_tables(twin, defects), *about_tables(twin)]
    found = [*_territory(twin), *_opportunities(twin), *_values(twin), *words]
    return {table.id: table for table in found}


def tables_of(site: Site) -> dict[str, DataTable]:
    """The tables of a site, listed once."""

    def make() -> dict[str, DataTable]:
        found = site.once("defects", lambda: defects_of(site)).found if site.twin.has_plan else ()
        return all_tables(site.twin, [one.defect for one in found])

    return site.once("tables", make)


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


def _attribution(sources: Iterable[SourceEntry]) -> tuple[str, ...]:
    return tuple(sorted({s.attribution or s.title.en for s in sources}))


def _licences(sources: Iterable[SourceEntry]) -> str:
    return ", ".join(sorted({s.licence for s in sources if s.licence}))


def is_odbl(licence: str) -> bool:
    """Whether a licence is the Open Database License, whose tables stay apart."""
    return "odbl" in licence.casefold()


# Territory


def _territory(twin: Twin) -> list[DataTable]:
    open_sources = [s for s in twin.sources.values() if not is_odbl(s.licence)]
    licence, thanks = twin.manifest.pack.licence, _attribution(open_sources)
    places, cells = twin.places(), twin.cells()
    return [
        DataTable(
            "places",
            "territory",
            _t("Luoghi", "Places"),
            _t(
                "Comuni, zone, fasce altimetriche e metropoli, con i confini.",
                "Municipalities, zones, altitude bands and the metropolis, with their borders.",
            ),
            tuple(places.columns),
            len(places),
            licence,
            thanks,
            SHAPED,
            twin.places,
        ),
        DataTable(
            "cells",
            "territory",
            _t("Celle", "Cells"),
            _t(
                "Griglia europea ETRS89-LAEA: residenti, addetti, altitudine, grado di urbanizzazione (stime).",
                "European grid ETRS89-LAEA: residents, jobs, height, degree of urbanisation (estimates).",
            ),
            tuple(cells.columns),
            len(cells),
            licence,
            thanks,
            SHAPED,
            twin.cells,
        ),
    ]


def _opportunities(twin: Twin) -> list[DataTable]:
    every = twin.opportunities()
    tables = []
    for licence in sorted(every["licence"].dropna().unique()):
        chosen = every[every["licence"] == licence]
        sources = [twin.sources[s] for s in sorted(chosen["source"].unique()) if s in twin.sources]
        tables.append(
            DataTable(
                f"opportunities-{slug(licence)}",
                "opportunities",
                _t(f"Opportunità ({licence})", f"Opportunities ({licence})"),
                _kinds_of(twin, chosen),
                tuple(chosen.columns),
                len(chosen),
                licence,
                _attribution(sources),
                SHAPED,
                _opportunity_reader(twin, licence),
            )
        )
    return tables


def _kinds_of(twin: Twin, rows: pd.DataFrame) -> Text:
    """The kinds of things that a table holds, and what its columns tell of them."""
    there = set(rows["kind"])
    named = [kind.plural for kind in twin.manifest.kinds if kind.id in there]
    it, en = (", ".join(_small(text.get(code)) for text in named) for code in ("it", "en"))
    return _t(
        f"{it[:1].upper()}{it[1:]}; con il peso, e senza punto dove si sa solo il comune.",
        f"{en[:1].upper()}{en[1:]}; with weight, and no point where only the town is known.",
    )


def _small(name: str) -> str:
    """A name in the middle of a sentence."""
    return name[:1].lower() + name[1:]


def _opportunity_reader(twin: Twin, licence: str) -> Callable[[], pd.DataFrame]:
    def read() -> pd.DataFrame:
        every = twin.opportunities()
        chosen: pd.DataFrame = every[every["licence"] == licence]
        return chosen.sort_values("id", kind="stable").reset_index(drop=True)

    return read


def slug(text: str) -> str:
    """A word for file names.

    >>> slug("CC BY 4.0")
    'cc-by-4.0'
    """
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold()).strip("-.")


# Values


def _values(twin: Twin) -> list[DataTable]:
    """All values in one table, then a table for each indicator, in the order of the measures.

    Indicators under ODbL are not in the one table: they stay apart, as their opportunities do.
    """
    every = twin.values()
    counts = every["indicator"].value_counts()
    columns = tuple(every.columns)
    order = {measure: number for number, measure in enumerate(ORDER)}
    indicators = sorted(
        twin.indicators.items(), key=lambda pair: (order.get(pair[1].measure, len(order)), pair[0])
    )
    own = [_value_table(twin, key, one, columns, int(counts.get(key, 0))) for key, one in indicators]
    open_tables = [table for table in own if not is_odbl(table.licence)]
    keys = {table.id.removeprefix("values-") for table in open_tables}
    whole = DataTable(
        "values",
        "values",
        _t("Tutti i valori", "All values"),
        _t("Ogni indicatore, ogni luogo, ogni periodo.", "Every indicator, every place, every period."),
        columns,
        sum(table.rows for table in open_tables),
        ", ".join(sorted({part for table in open_tables for part in table.licence.split(", ")})),
        tuple(sorted({thanks for table in open_tables for thanks in table.attribution})),
        PLAIN,
        lambda: _values_of(twin, keys),
    )
    return [whole, *own]


def _value_table(
    twin: Twin, key: str, indicator: Indicator, columns: tuple[str, ...], rows: int
) -> DataTable:
    sources = [twin.sources[s] for s in indicator.sources if s in twin.sources]
    about, unit = indicator.description, indicator.unit
    return DataTable(
        f"values-{key}",
        "values",
        indicator.name,
        _t(f"{about.it} Unità: {unit.it}.", f"{about.en} Unit: {unit.en}."),
        columns,
        rows,
        _licences(sources) or twin.manifest.pack.licence,
        _attribution(sources),
        PLAIN,
        _value_reader(twin, key),
        MEASURES.get(indicator.measure, _t(indicator.measure, indicator.measure)),
    )


def _values_of(twin: Twin, indicators: Collection[str]) -> pd.DataFrame:
    every = twin.values()
    return every[every["indicator"].isin(indicators)].reset_index(drop=True)


def _value_reader(twin: Twin, indicator: str) -> Callable[[], pd.DataFrame]:
    return lambda: twin.values(indicator)
