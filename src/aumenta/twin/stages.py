# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Ground and measures: the files that each stage writes, and what the manifest says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from aumenta.errors import PackError, Problem
from aumenta.plan.model import Plan
from aumenta.readings.measure import Measure, Run, in_order, needs_travel, run
from aumenta.store.build_files import write_arrow, write_frame, write_geo, write_json
from aumenta.store.manifest import (
    BuiltFile,
    CellStatus,
    KindEntry,
    LayerEntry,
    MeasureEntry,
    NetworkEntry,
    SourceEntry,
)
from aumenta.store.packs import Pack
from aumenta.store.view import View
from aumenta.territory.pack import TerritoryPack
from aumenta.twin.ground import Ground, Tell, view_of
from aumenta.twin.measures import definitions_of, measures_of, rights_of
from aumenta.twin.published import PUBLISHED_FILE, load_published
from aumenta.values.aggregate import Quantity
from aumenta.values.model import STATUSES, Indicator
from aumenta.values.reasons import REASONS
from aumenta.values.table import RANK, table_of
from aumenta.values.text import Text

#: Folder, within a build, of the tables that measures make of things that are no places.
TABLES = "tables"


@dataclass
class Written:
    """What a stage added to the build."""

    files: dict[str, BuiltFile] = field(default_factory=dict)
    measures: list[MeasureEntry] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    reasons: dict[str, Text] = field(default_factory=dict)
    cell_statuses: dict[int, CellStatus] = field(default_factory=dict)
    network: NetworkEntry | None = None
    pending: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def write_ground(ground: Ground, pack: Pack, folder: Path) -> Written:
    """Write plan, published figures, the rights in force, places, cells and opportunities."""
    written = Written()
    if ground.plan is not None:
        text = ground.plan.model_dump_json(indent=1) + "\n"
        written.files["plan.json"] = write_json(text, folder / "plan.json")
    if pack.published is not None:
        figures = load_published(pack.published)
        written.files[PUBLISHED_FILE] = write_json(
            figures.model_dump_json(indent=1) + "\n", folder / PUBLISHED_FILE
        )
    rights = rights_of(ground.territory).model_dump_json(indent=1) + "\n"
    written.files["rights.json"] = write_json(rights, folder / "rights.json")
    for name in ("places", "cells", "opportunities"):
        written.files[f"{name}.parquet"] = write_geo(getattr(ground, name), folder / f"{name}.parquet")
    return written


def write_readings(ground: Ground, folder: Path, tell: Tell) -> Written:
    """Run the measures that need no travel times and write their values; the others are pending."""
    measures = measures_of(ground.territory)
    now = [one for one in measures.values() if not needs_travel(one)]
    written = write_values(ground, view_of(ground), now, folder, tell)
    written.pending = [name for name, one in measures.items() if needs_travel(one)]
    return written


def write_values(
    ground: Ground,
    view: View,
    measures: Sequence[Measure],
    folder: Path,
    tell: Tell,
    found: Callable[[Run], None] | None = None,
) -> Written:
    """Run measures in the order of what they need and write the values of places and of cells.

    A measure whose function fails loses its own values only: they are missing, and the manifest says what it said.
    `found` is called with each measure that ran.
    """
    definitions = definitions_of(ground.territory)
    check_links(ground.plan, definitions)
    places = pd.DataFrame(ground.places.drop(columns="geometry"))
    runs: list[Run] = []
    order = [one.id for one in measures]
    for measure in in_order(measures):
        tell(measure.id)
        runs.append(run(measure, view, definitions, places))
        if found is not None:
            found(runs[-1])
        view = view.replaced({f"reading:{measure.id}": runs[-1].result})
    tell("values")
    written = Written(
        measures=[
            MeasureEntry(
                id=one.measure.id,
                inputs=[i.name for i in one.measure.inputs],
                indicators=list(one.measure.indicators),
                absent=one.absent,
            )
            for one in sorted(runs, key=lambda one: order.index(one.measure.id))
        ],
        indicators=[definitions[name] for one in runs for name in one.measure.indicators],
        reasons=_reasons(runs, view),
        failed={one.measure.id: one.failure for one in runs if one.failure},
    )
    table = table_of([frame for one in runs for frame in one.result.rows])
    written.indicators = _with_sources(written.indicators, table)
    written.files["values.parquet"] = write_arrow(table, folder / "values.parquet")
    cells = {name: quantity for one in runs for name, quantity in one.result.cells.items()}
    made, written.cell_statuses = cell_table(ground.cells, cells)
    written.files["cell_values.parquet"] = write_arrow(made, folder / "cell_values.parquet")
    for name, frame in sorted((n, f) for one in runs for n, f in one.result.tables.items()):
        (folder / TABLES).mkdir(exist_ok=True)
        written.files[f"{TABLES}/{name}.parquet"] = write_frame(frame, folder / TABLES / f"{name}.parquet")
    used = set(table.column("reason").to_pylist()) | {s.reason for s in written.cell_statuses.values()}
    written.reasons = {code: words for code, words in sorted(written.reasons.items()) if code in used}
    return written


def _with_sources(indicators: Iterable[Indicator], table: pa.Table) -> list[Indicator]:
    """The definitions, sorted, with the sources that this territory's own values rest on."""
    pairs = table.select(["indicator", "source"]).group_by(["indicator", "source"]).aggregate([])
    found: dict[str, set[str]] = {}
    for name, source in zip(*(pairs.column(n).to_pylist() for n in ("indicator", "source")), strict=True):
        found.setdefault(name, set()).update((source or "").split())
    named = (one.model_copy(update={"sources": sorted(found.get(one.id, ()))}) for one in indicators)
    return sorted(named, key=lambda one: one.id)


def _reasons(runs: Iterable[Run], view: View) -> dict[str, Text]:
    found = dict(REASONS)
    for one in runs:
        found.update(one.reasons)
        for entry in one.measure.inputs:
            if entry.name.startswith("table:") and entry.name in view:
                found.update(view[entry.name].reasons())
    return found


def cell_table(cells: pd.DataFrame, values: dict[str, Quantity]) -> tuple[pa.Table, dict[int, CellStatus]]:
    """A column of values and one of status codes for each indicator, beside `cell`, `gx`, `gy`; and the codes."""
    pairs = sorted(
        {
            (int(status), "" if reason is None else str(reason))
            for one in values.values()
            for status, reason in set(zip(one.status.tolist(), one.reason.tolist(), strict=True))
        }
    )
    code_of = {pair: number for number, pair in enumerate(pairs)}
    columns: dict[str, pa.Array] = {
        "cell": pa.array(cells["cell"], pa.string()),
        "gx": pa.array(cells["gx"], pa.int32()),
        "gy": pa.array(cells["gy"], pa.int32()),
    }
    for name in sorted(values):
        one = values[name]
        if len(one.part) != len(cells) or not np.array_equal(one.part, cells["cell"].to_numpy(dtype=object)):
            raise ValueError(f"{name}: values of cells are not in the order of the cells")
        blank = one.status == RANK["missing"]
        reasons = ["" if reason is None else str(reason) for reason in one.reason.tolist()]
        codes = [code_of[pair] for pair in zip(one.status.tolist(), reasons, strict=True)]
        columns[name] = pa.array(one.value, pa.float64(), mask=blank)
        columns[f"{name}:status"] = pa.array(codes, pa.int8())
    return pa.table(columns), {
        number: CellStatus(status=STATUSES[status], reason=reason or None)
        for (status, reason), number in code_of.items()
    }


def check_links(plan: Plan | None, definitions: dict[str, Indicator]) -> None:
    """`PackError` naming every indicator that an action of the plan is linked to and that does not exist."""
    problems = []
    for strategy, editorial in (plan.editorial if plan else {}).items():
        for code, action in editorial.actions.items():
            problems += [
                Problem("no such indicator", f"editorial/{strategy}.yaml", field=code, found=link.indicator)
                for link in action.indicators
                if link.indicator not in definitions
            ]
    if problems:
        raise PackError("The plan names indicators that do not exist.", problems)


def layer_entries(pack: TerritoryPack) -> list[LayerEntry]:
    """The layers of a territory as the manifest keeps them."""
    return [LayerEntry.model_validate(layer.model_dump(mode="json")) for layer in pack.layers]


def kind_entries(ground: Ground) -> list[KindEntry]:
    """The kinds of opportunities that a ground holds, with the layers that bring each."""
    pack, present = ground.territory, set(ground.opportunities["kind"])
    entries = []
    for kind in pack.kinds.kinds:
        if kind.id not in present:
            continue
        layers = [layer for layer in pack.layers if kind.id in layer.kinds and layer.status != "missing"]
        complete = bool(layers) and all(layer.complete for layer in layers)
        told = kind.model_dump(mode="json")
        entries.append(
            KindEntry.model_validate(told | {"complete": complete, "layers": [one.id for one in layers]})
        )
    return entries


def source_entries(pack: TerritoryPack) -> list[SourceEntry]:
    """The sources of a territory as the manifest keeps them, sorted by id."""
    entries = [SourceEntry.model_validate(source.model_dump(mode="json")) for source in pack.sources.values()]
    return sorted(entries, key=lambda entry: entry.id)
