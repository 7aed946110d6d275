# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What differs between two builds of a twin: values that changed, came or went, largest first; files that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
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
    """Another build of the same twin: its manifest, or why it cannot be read; `made` is when, in seconds since 1970."""

    name: str
    manifest: Manifest | None
    problem: str = ""
    made: float = 0.0


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
    made = sorted(((_made(folder), folder.name) for folder in folders), reverse=True)
    return [_open(twin.root, name, when) for when, name in made]


def _made(folder: Path) -> float:
    try:
        return (folder / MANIFEST).stat().st_mtime
    except OSError:
        return 0.0


@lru_cache(maxsize=64)
def _open(root: Path, name: str, made: float) -> OtherBuild:
    """Read once for each time it was made: a build never changes, and its manifest is large."""
    layout = Layout(root)
    try:
        manifest = read_manifest(layout.build(name))
        problems = damaged(layout.build(name), manifest)
    except AumentaError as error:
        told = "; ".join(str(problem) for problem in error.problems)
        return OtherBuild(name, None, f"{error.summary} {told}".strip(), made)
    if problems or "values.parquet" not in manifest.files:
        return OtherBuild(name, None, "; ".join(str(problem) for problem in problems) or "no values", made)
    return OtherBuild(name, manifest, "", made)


def changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Rows of the long table that differ: keys, `old`, `new`, `old_status`, `status`, `difference`, `share`, `kind`.

    `kind` is `changed` (another value, or another way of knowing it), `came` (there was none), `went` (there is none).
    `share` is the size of the difference beside the range of the indicator's values among municipalities, so that
    indicators of different units can be ordered; NaN where there is no range. Municipalities first, for sums of larger
    places only follow from theirs; then the largest share, then by key.
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
    found["larger"] = found["level"] != "municipality"
    order = ["larger", "share", *KEYS]
    ascending = [True, False, True, True, True, True]
    found = found.sort_values(order, ascending=ascending, na_position="last").drop(columns="larger")
    return found.reset_index(drop=True)


def _spans(values: pd.DataFrame) -> pd.Series[float]:
    """Range of each indicator's values among municipalities, else among all its places; none where all are equal."""
    towns = values[values["level"] == "municipality"]
    spans = [part.groupby("indicator")["value"].agg(lambda v: v.max() - v.min()) for part in (towns, values)]
    spans = [span[span > 0] for span in spans]
    return spans[0].combine_first(spans[1])


def by_indicator(found: pd.DataFrame) -> list[IndicatorChange]:
    """Changes counted by indicator; first the indicator with the largest share of its range, then by number."""
    counts = found.groupby(["indicator", "kind"], sort=True).size().unstack("kind", fill_value=0)
    first = found[found["difference"].notna()].drop_duplicates("indicator")
    largest = {str(row["indicator"]): row for row in first.to_dict("records")}
    summary = []
    for key, own in counts.reindex(columns=list(KINDS), fill_value=0).iterrows():
        most = largest.get(str(key))
        told = {str(name): value for name, value in most.items()} if most else None
        changed, came, went = (int(own[kind]) for kind in KINDS)
        summary.append(IndicatorChange(str(key), changed, came, went, told))

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


def choices_that_differ(old: Manifest, new: Manifest) -> list[tuple[str, str, str]]:
    """Settings and parameters of the builds that differ: name, before, now; a dash where there was none."""
    found = []
    for before, after in ((old.settings, new.settings), (old.parameters, new.parameters)):
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                found.append((name, str(before.get(name, "–")), str(after.get(name, "–"))))
    return found
