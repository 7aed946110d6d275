# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Welfare around the school and fibre joined to demand, by hand on two towns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reading_samples import CELLS, MEMBERS, values

from aumenta.readings.inputs import CellArrays, Column, Figures, Population
from aumenta.readings.means import broadband
from aumenta.readings.measure import Result
from aumenta.readings.school_welfare import rooms, school_welfare
from aumenta.territory.plane import EUROPE
from aumenta.values.aggregate import quantity
from aumenta.values.text import Text

STANDARD = Figures(
    "rule",
    pd.DataFrame(
        {
            "kind": ["infant", "primary"],
            "least_classes": [3, 5],
            "pupils_per_class": [30, 20],
            "m2_per_pupil": [7.0, 6.0],
        }
    ),
)
#: Three cells side by side, in the towns a, a and b.
GROUND = CellArrays(
    np.array([f"CRS3035RES250mN2340000E{4240000 + 250 * n}" for n in range(3)], dtype=object),
    np.array(["a", "a", "b"], dtype=object),
    250,
    {"pop": np.array([10, 30, 60])},
)


def _buildings(rows: list[tuple[str, str, str, float, float, int | None]], complete: bool = False) -> Figures:
    """Buildings in the middle of a cell of the ground (None: nobody knows where)."""
    frame = pd.DataFrame(
        [row[:5] for row in rows], columns=["id", "municipality", "kind", "gross_m2", "pupils"]
    )
    told = [
        EUROPE.to_degrees(4240125.0 + 250 * row[5], 2340125.0) if row[5] is not None else (np.nan, np.nan)
        for row in rows
    ]
    frame["lon"], frame["lat"] = [float(lon) for lon, _ in told], [float(lat) for _, lat in told]
    return Figures("buildings", frame, complete=complete)


def _services(known: list[float], possible: list[float]) -> Result:
    given = {"known": known, "possible": possible}
    return Result(
        cells={f"city15.complete_{name}": quantity(GROUND.cell, own) for name, own in given.items()}
    )


def test_sizes_against_the_smallest_school() -> None:
    told = Figures(
        "told",
        pd.DataFrame(
            {
                "municipality": ["a", "a", "b", "b"],
                "kind": ["infant", "primary", "primary", "other"],
                "pupils": [90.0, 150.0, 300.0, 9.0],
                "schools_with_pupils": [1, 2, 1, 1],
            }
        ),
    )
    found = school_welfare(CELLS, MEMBERS, STANDARD, told)
    # a: (90 + 150) / (1 x 90 + 2 x 100), its two primary schools have 75 each; b: 300 / 100; other kinds have no rule
    size = values(found, "school_welfare.size")
    assert size == {
        k: pytest.approx(v) for k, v in {"a": 24_000 / 290, "b": 300.0, "hill": 54_000 / 390}.items()
    }
    small = values(found, "school_welfare.small_schools")
    assert small["a"] == pytest.approx(200 / 3) and small["b"] == 0.0 and small["hill"] == 50.0
    assert found.tables["school_sizes"]["small"].tolist() == [False, True, False]
    assert set(pd.concat(found.rows)["status"]) == {"estimated"}


def test_candidates_have_room_and_lack_services() -> None:
    made = _buildings(
        [
            ("1", "a", "infant", 1_000.0, 100.0, 0),  # 300 m2 to spare, something is lacking: a candidate
            ("2", "a", "primary", 500.0, 100.0, 1),  # 100 m2 too few
            ("3", "b", "primary", 1_000.0, 100.0, 2),  # 400 to spare, nobody knows of the services
            ("4", "a", "primary", 700.0, 100.0, None),  # 100 to spare, nobody knows where
            ("5", "a", "primary", 700.0, np.nan, 0),  # pupils not told
        ]
    )
    found = school_welfare(GROUND, MEMBERS, STANDARD, None, made, _services([2, 5, 3], [4, 5, 5]))
    table = found.tables["school_buildings"]
    assert np.array_equal(table["candidate"], [1, 0, np.nan, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(table["spare_m2"], [300, 0, 400, 100, np.nan], equal_nan=True)
    assert values(found, "school_welfare.m2_per_pupil") == {"a": 2_200 / 300, "b": 10.0, "hill": 8.0}
    assert values(found, "school_welfare.space")["a"] == pytest.approx(220_000 / 1_900)
    assert values(found, "school_welfare.spare_m2") == {"a": 400.0, "b": 400.0, "hill": 800.0}
    count = values(found, "school_welfare.candidates")
    assert count["a"] == 1.0 and np.isnan(count["b"]) and count["hill"] == 1.0
    rows = pd.concat(found.rows).set_index(["indicator", "place"])
    assert rows.loc[("school_welfare.candidates", "b"), "reason"] == "unknown"


def test_all_services_there_is_no_candidate_and_a_whole_list_has_zeros() -> None:
    made = _buildings([("1", "a", "infant", 1_000.0, 100.0, 0)], complete=True)
    found = school_welfare(GROUND, MEMBERS, STANDARD, None, made, _services([5, 5, 5], [5, 5, 5]))
    assert values(found, "school_welfare.candidates") == {"a": 0.0, "b": 0.0, "hill": 0.0}
    assert values(found, "school_welfare.spare_m2")["b"] == 0.0
    assert rooms(made, STANDARD, GROUND)["candidate"].isna().all()  # without services nobody knows


def test_a_standard_without_square_metres_says_so() -> None:
    blank = Text(it="non letti", en="not read")
    rule = Figures("rule", STANDARD.rows.assign(m2_per_pupil=np.nan), {"m2_per_pupil": Column(blank=blank)})
    found = school_welfare(GROUND, MEMBERS, rule, None, _buildings([("1", "a", "infant", 1_000.0, 100.0, 0)]))
    assert found.why["school_welfare.spare_m2"] == "blank.rule.m2_per_pupil"
    assert values(found, "school_welfare.m2_per_pupil")["a"] == 10.0


def test_who_is_left_without_fibre() -> None:
    net = Figures(
        "broadband",
        pd.DataFrame({"municipality": ["a", "b"], "ftth_share": [0.25, 0.5], "families": [100.0, 50.0]}),
    )
    people = Population(
        pd.DataFrame({"year": 2023, "municipality": ["a", "b"], "age": 30, "residents": [200, 80]})
    )
    firms = Figures(
        "enterprises",
        pd.DataFrame({"municipality": ["a", "b"], "local_units": [8, 4], "persons_employed": [30.0, np.nan]}),
    )
    pupils = Figures("schools", pd.DataFrame({"municipality": ["a"], "pupils": [40.0]}))
    found = broadband(net, people, MEMBERS, firms, pupils)
    assert values(found, "broadband.families_without") == {"a": 75.0, "b": 25.0, "hill": 100.0}
    assert values(found, "broadband.residents_without") == {"a": 150.0, "b": 40.0, "hill": 190.0}
    assert values(found, "broadband.units_without") == {"a": 6.0, "b": 2.0, "hill": 8.0}
    left = values(found, "broadband.pupils_without")
    assert left["a"] == 30.0 and np.isnan(left["b"]) and left["hill"] == 30.0
    low = values(found, "broadband.employed_low")  # half is not under half; of b's persons nothing is known
    assert low["a"] == 100.0 and np.isnan(low["b"]) and low["hill"] == 100.0
    rows = pd.concat(found.rows)
    status = rows[rows["value"].notna()].groupby("indicator")["status"].agg(set)
    assert status["broadband.families_without"] == {"reported"}
    assert status["broadband.residents_without"] == {"estimated"}
