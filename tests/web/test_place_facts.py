# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What pages say of places: ranks, strips, ages, findings; checked by counting them another way."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.finding import finding, rounded
from aumenta.web.i18n import Language
from aumenta.web.map_classes import NO_CLASS
from aumenta.web.map_data import Row
from aumenta.web.place_facts import ages_of, facts_of, inferred_members
from aumenta.web.territory_index import AGE_GROUPS, PlaceValue, TerritoryIndex, build_index, plain

IT, EN = Language("it"), Language("en")


def indicator(key: str = "broadband.ftth", direction: Any = "up") -> Indicator:
    words = Text(it="Fibra", en="Fibre")
    return Indicator(
        id=key,
        name=words,
        description=words,
        unit=Text(it="%", en="%"),
        decimals=1,
        direction=direction,
        measure="broadband",
        formula=words,
        levels=["municipality", "zone", "band", "metropolis"],
    )


def value(number: float | None, status: str = "measured", inferred: int = 0) -> PlaceValue:
    missing = number is None
    return PlaceValue(
        number,
        "missing" if missing else status,
        "gone" if missing else None,
        "2023",
        "s",
        1,
        int(missing),
        inferred,
    )


class TinyTwin:
    """The facade's few calls that the index makes, over places `p0`, `p1` ... in two zones and two bands."""

    def __init__(self, numbers: list[float | None]) -> None:
        self.reasons = {"gone": Text(it="la fonte non lo dà", en="not given by the source")}
        self.numbers = numbers
        self.indicators = {"broadband.ftth": indicator()}

    def places(self) -> gpd.GeoDataFrame:
        rows = [
            {
                "id": f"p{i}",
                "level": "municipality",
                "name": f"Borgo {i}",
                "zone": f"z{i % 2}",
                "band": "plain" if i % 3 else "hill",
            }
            for i in range(len(self.numbers))
        ]
        rows += [
            {"id": f"z{i}", "level": "zone", "name": f"Zona {i}", "zone": None, "band": None} for i in (0, 1)
        ]
        rows += [{"id": b, "level": "band", "name": b, "zone": None, "band": None} for b in ("hill", "plain")]
        rows.append({"id": "all", "level": "metropolis", "name": "Tutto", "zone": None, "band": None})
        shapes = [shapely.box(i, 0, i + 1, 1) for i in range(len(rows))]
        return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=4326)

    def values(self) -> pd.DataFrame:
        rows = [("municipality", f"p{i}", n) for i, n in enumerate(self.numbers)]
        known = [n for n in self.numbers if n is not None]
        rows.append(("metropolis", "all", float(np.mean(known)) if known else None))
        return pd.DataFrame(
            [
                {
                    "indicator": "broadband.ftth",
                    "level": level,
                    "place": place,
                    "period": "2023",
                    "value": np.nan if n is None else n,
                    "status": "missing" if n is None else "measured",
                    "reason": "gone" if n is None else None,
                    "source": "s",
                    "parts": 1,
                    "missing": 0,
                    "inferred": 0,
                }
                for level, place, n in rows
            ]
        )

    def cell_table(self, columns: list[str]) -> Any:
        count = 3 * len(self.numbers)
        frame = pd.DataFrame({name: np.arange(count) for name in columns})
        frame["municipality"] = [f"p{i // 3}" for i in range(count)]
        frame["zone"] = [f"z{(i // 3) % 2}" for i in range(count)]
        frame["band"] = ["plain" if (i // 3) % 3 else "hill" for i in range(count)]
        for number, (name, *_) in enumerate(AGE_GROUPS):
            frame[name] = (np.arange(count) + number) % 5

        class Table:
            def to_pandas(self) -> pd.DataFrame:
                return frame

        return Table()


def index_of(numbers: list[float | None]) -> TerritoryIndex:
    twin: Any = TinyTwin(numbers)
    return build_index(twin)


numbers_lists = st.lists(st.one_of(st.none(), st.integers(0, 40).map(float)), min_size=1, max_size=14)


@settings(deadline=None, max_examples=40)
@given(numbers_lists)
def test_ranks_are_those_of_pandas(numbers: list[float | None]) -> None:
    index = index_of(numbers)
    expected = pd.Series(numbers, dtype=float).rank(method="min", ascending=False)
    for i, place in enumerate(sorted(index.levels["municipality"], key=lambda p: int(p.id[1:]))):
        rank = index.rank("broadband.ftth", place)
        if numbers[i] is None:
            assert rank is None
        else:
            assert rank == (int(expected[i]), int(expected.notna().sum()))


@settings(deadline=None, max_examples=40)
@given(numbers_lists)
def test_strips_stay_inside_and_missing_is_never_a_number(numbers: list[float | None]) -> None:
    index = index_of(numbers)
    for place in index.levels["municipality"]:
        for fact in facts_of(index, place):
            assert (fact.value.value is None) == (fact.value.status == "missing")
            if fact.strip:
                assert fact.strip.own is not None
                assert 0 <= fact.strip.own <= 1
                assert all(0 <= at <= 1 for _, at in fact.strip.others)


def test_against_the_metropolis_follows_the_direction() -> None:
    index = index_of([10.0, 20.0, 60.0])
    said = {p.id: facts_of(index, p)[0].against_metropolis for p in index.levels["municipality"]}
    assert said == {"p0": "worse", "p1": "worse", "p2": "better"}


def test_sums_are_not_judged_against_the_metropolis() -> None:
    key = "broadband.ftth"
    counts, shares = index_of([3.0, 5.0, 7.0]), index_of([3.0, 5.0, 7.0])
    for index, whole in ((counts, 15.0), (shares, 5.5)):
        levels = dict(index.values[key])
        levels["metropolis"] = {place.id: value(whole) for place in index.levels["metropolis"]}
        index.values[key] = levels  # type: ignore[index]
        index._known.clear()
    assert (counts.sized(key), shares.sized(key)) == (True, False)
    told = [facts_of(index, index.places["p0"])[0].against_metropolis for index in (counts, shares)]
    assert told == [None, "worse"]


def test_people_of_larger_places_are_the_sums_of_their_municipalities() -> None:
    index = index_of([1.0] * 7)
    towns = index.levels["municipality"]
    for place in (*index.levels["zone"], *index.levels["band"], *index.levels["metropolis"]):
        members = index.members(place)
        assert place.population == sum(t.population or 0 for t in members)
        groups = ages_of(place)
        assert sum(g.residents for g in groups) == place.population
        assert sum(g.share for g in groups) == pytest.approx(1)
    assert len(index.members(index.places["all"])) == len(towns)


def test_inferred_memberships_are_counted() -> None:
    index = index_of([1.0] * 4)
    assert inferred_members(index, index.places["z0"]) == (0, 2)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Agliè", "aglie"),
        ("San Mauro Torinese", "san mauro torinese"),
        ("Cantù-Mariano", "cantu mariano"),
        ("  L’Aquila ", "l aquila"),
    ],
)
def test_names_are_found_without_accents(name: str, found: str) -> None:
    assert plain(name) == found


# Findings


def rows_of(index: TerritoryIndex, numbers: dict[str, PlaceValue]) -> list[Row]:
    return [Row(index.places[key], v, NO_CLASS if v.value is None else 0) for key, v in numbers.items()]


def with_bands(index: TerritoryIndex, plain_value: float, hill_value: float) -> TerritoryIndex:
    levels = dict(index.values["broadband.ftth"]) | {
        "band": {"plain": value(plain_value), "hill": value(hill_value)}
    }
    return TerritoryIndex(
        index.places,
        index.levels,
        index.indicators,
        {"broadband.ftth": levels},
        index.reasons,
        index.geometry,
        index.cells,
    )


def test_the_finding_says_how_the_bands_differ_highest_first() -> None:
    index = with_bands(index_of([1.0, 2.0, 3.0]), 12.04, 71.46)
    rows = rows_of(index, {"p0": value(1.0)})
    assert finding(index, indicator(), "municipality", rows, IT).title.replace("\N{NO-BREAK SPACE}", " ") == (
        "Fibra: 71,5 % in collina, 12,0 % in pianura"
    )
    assert finding(index, indicator(), "municipality", rows, EN).title.replace("\N{NO-BREAK SPACE}", " ") == (
        "Fibre: 71.5 % in the hills, 12.0 % in the plain"
    )


def test_the_text_counts_what_is_missing_and_estimated() -> None:
    index = index_of([5.0, None, 7.0, 9.0, 4.0, 4.0])
    rows = rows_of(
        index,
        {
            "p0": value(5.0),
            "p1": value(None),
            "p2": value(7.0, "estimated"),
            "p3": value(9.0),
            "p4": value(4.0),
            "p5": value(4.0),
        },
    )
    said = finding(index, indicator(), "municipality", rows, EN)
    assert "Without a value: 1 of 6 municipalities." in said.text
    assert "Estimated: 1 of 6 values." in said.text
    assert "from 4.0\N{NO-BREAK SPACE}% (2 municipalities) to 9.0\N{NO-BREAK SPACE}% (Borgo 3)" in said.text
    assert "do not exceed 5.0\N{NO-BREAK SPACE}%" in said.text  # the median of 4, 4, 5, 7, 9


def test_a_map_without_values_says_so() -> None:
    index = index_of([None, None])
    said = finding(
        index, indicator(), "municipality", rows_of(index, {"p0": value(None), "p1": value(None)}), IT
    )
    assert said.title == "Fibra: nessun valore per comuni"
    assert "Senza valore: 2 su 2 comuni." in said.text


@given(st.floats(-1e7, 1e7).filter(lambda v: v == 0 or abs(v) > 1e-3), st.integers(0, 3))
def test_sentences_have_at_most_three_significant_figures(number: float, decimals: int) -> None:
    digits = re.sub(r"\D", "", rounded(number, decimals, EN)).lstrip("0").rstrip("0")
    assert len(digits) <= 3
