# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What differs between two builds of a twin: values that changed, came or went, largest first; files that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from aumenta.errors import AumentaError
from aumenta.store.layout import BUILD_NAME, MANIFEST, Layout, damaged, read_manifest
from aumenta.store.manifest import Manifest
from aumenta.twin.facade import Twin

KEYS = ["indicator", "level", "place", "period"]
#: Differences below this share of a value are of the last bits of a float, not of the territory.
SAME = 1e-12
KINDS = ("changed", "came", "went")


@dataclass(frozen=True, slots=True)
class OtherBuild:
    """Another build of the same twin: its manifest, or why it cannot be read."""

    name: str
    manifest: Manifest | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """What changed of an indicator; `largest` is the change with the largest difference, as a row of `changes`."""

    indicator: str
    changed: int
    came: int
    went: int
    largest: Mapping[str, object] | None


def other_builds(twin: Twin) -> list[OtherBuild]:
    """Builds beside the one that is open, last made first."""
    layout = Layout(twin.root)
    try:
        folders = [f for f in layout.builds.iterdir() if BUILD_NAME.match(f.name) and f.name != twin.build]
    except OSError:
        return []
    made = sorted(folders, key=_made, reverse=True)
    return [_open(layout, folder.name) for folder in made]


def _made(folder: Path) -> tuple[float, str]:
    try:
        return (folder / MANIFEST).stat().st_mtime, folder.name
    except OSError:
        return 0.0, folder.name


def _open(layout: Layout, name: str) -> OtherBuild:
    try:
        manifest = read_manifest(layout.build(name))
        problems = damaged(layout.build(name), manifest)
    except AumentaError as error:
        told = "; ".join(str(problem) for problem in error.problems)
        return OtherBuild(name, None, f"{error.summary} {told}".strip())
    if problems or "values.parquet" not in manifest.files:
        return OtherBuild(name, None, "; ".join(str(problem) for problem in problems) or "no values")
    return OtherBuild(name, manifest)


def changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Rows of the long table that differ: keys, `old`, `new`, `old_status`, `status`, `difference`, `share`, `kind`.

    `kind` is `changed` (another value, or another way of knowing it), `came` (there was none), `went` (there is none).
    `share` is the size of the difference beside the range of the indicator's values among municipalities, so that
    indicators of different units can be ordered; NaN where there is no range. Largest share first, then by key.
    """
    columns = [*KEYS, "value", "status"]
    both = old[columns].merge(new[columns], on=KEYS, how="outer", suffixes=("_old", "_new"))
    before, after = both["value_old"], both["value_new"]
    close = np.isclose(before, after, rtol=SAME, atol=0.0, equal_nan=True)
    same = close & (both["status_old"].fillna("missing") == both["status_new"].fillna("missing"))
    found = both[~same].rename(
        columns={"value_old": "old", "value_new": "new", "status_old": "old_status", "status_new": "status"}
    )
    found = found.assign(difference=found["new"] - found["old"])
    found["kind"] = np.where(found["old"].isna(), "came", np.where(found["new"].isna(), "went", "changed"))
    found.loc[found["old"].isna() & found["new"].isna(), "kind"] = "changed"
    spans = _spans(pd.concat([old, new]))
    found["share"] = found["difference"].abs() / spans.reindex(found["indicator"]).to_numpy(dtype=float)
    order = ["share", *KEYS]
    return found.sort_values(
        order, ascending=[False, True, True, True, True], na_position="last"
    ).reset_index(drop=True)


def _spans(values: pd.DataFrame) -> pd.Series[float]:
    """Range of each indicator's values among municipalities, else among all its places; none where all are equal."""
    towns = values[values["level"] == "municipality"]
    spans = [part.groupby("indicator")["value"].agg(lambda v: v.max() - v.min()) for part in (towns, values)]
    spans = [span[span > 0] for span in spans]
    return spans[0].combine_first(spans[1])


def by_indicator(found: pd.DataFrame) -> list[IndicatorChange]:
    """Changes counted by indicator; first the indicator with the largest share of its range, then by number."""
    summary = []
    for key, rows in found.groupby("indicator", sort=True):
        counts = rows["kind"].value_counts()
        largest = rows[rows["difference"].notna()].head(1).to_dict("records")
        summary.append(
            IndicatorChange(
                str(key),
                int(counts.get("changed", 0)),
                int(counts.get("came", 0)),
                int(counts.get("went", 0)),
                {str(name): value for name, value in largest[0].items()} if largest else None,
            )
        )

    def size(one: IndicatorChange) -> float:
        share = float(str(one.largest["share"])) if one.largest else np.nan
        return 0.0 if np.isnan(share) else share

    return sorted(summary, key=lambda one: (-size(one), -(one.changed + one.came + one.went), one.indicator))


def files_that_differ(old: Manifest, new: Manifest) -> list[tuple[str, str]]:
    """Files that the builds read and that differ: name, and `changed`, `came` or `went`."""
    before, after = ({one.name: one.sha256 for one in m.inputs} for m in (old, new))
    found = []
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            kind = "came" if name not in before else "went" if name not in after else "changed"
            found.append((name, kind))
    return found
