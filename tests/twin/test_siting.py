# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Siting on the toy metropolis, against travel times asked one by one and every choice of sites tried."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aumenta.errors import AumentaError, SitingError
from aumenta.settings import get_settings
from aumenta.siting.question import Question
from aumenta.store.packs import BUNDLED
from aumenta.twin import Twin, open_twin
from aumenta.twin.siting_run import ANSWER, SitingRun
from aumenta.values.text import Text

HOUSES: dict[str, Any] = {"what": "1.2.1", "count": 2, "mode": "walk", "within": 30}
Set = Callable[[str, str], None]


@pytest.fixture(scope="session")
def own_toy(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A copy of the toy twin that keeps answers."""
    folder = tmp_path_factory.mktemp("siting") / "twin"
    shutil.copytree(toy_folder, folder)
    return open_twin(folder)


@pytest.fixture(scope="session")
def houses(own_toy: Twin) -> SitingRun:
    return own_toy.siting(HOUSES).run()


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    def put(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    yield put
    monkeypatch.undo()
    get_settings.cache_clear()


def minutes_to(twin: Twin, points: list[tuple[float, float]], mode: str) -> np.ndarray:
    """Minutes from every cell to each point, asked one by one."""
    rows = [twin.reach(one, toward=True, mode=mode, percentiles=(50,)).row() for one in points]
    return np.stack(rows).astype(float)


def test_the_choice_is_the_best_of_all_pairs(own_toy: Twin, houses: SitingRun) -> None:
    towns = own_toy.places("municipality")
    seats = list(zip(towns["seat_lon"], towns["seat_lat"], strict=True))
    old = own_toy.opportunities("community_health").geometry
    people = own_toy.cell_table(["pop"]).column("pop").to_numpy().astype(float)
    rows = np.minimum(minutes_to(own_toy, [*seats, *((one.x, one.y) for one in old)], "walk"), 120)
    known = list(range(len(seats), len(rows)))

    def mean(pair: tuple[int, ...]) -> float:
        return float((rows[[*pair, *known]].min(axis=0) * people).sum() / people.sum())

    best = min(combinations(range(len(seats)), 2), key=mean)
    answer = houses.answer
    assert answer.value == pytest.approx(mean(best), rel=1e-6)
    assert answer.gap == 0 or (answer.gap is not None and answer.gap <= 0.01)
    assert {one.id for one in answer.chosen} == {str(towns["id"].iloc[at]) for at in best}
    served = rows[[*best, *known]].min(axis=0)
    assert answer.total.within == people[served <= 30].sum()
    assert answer.total.within_before == people[rows[known].min(axis=0) <= 30].sum()
    assert [one.mean for one in answer.curve if one.sites == 2] == [pytest.approx(mean(best), abs=1e-3)]


def test_everybody_is_counted_once(own_toy: Twin, houses: SitingRun) -> None:
    answer, cells = houses.answer, houses.cells
    people = own_toy.cell_table(["pop"]).column("pop").to_numpy().sum()
    assert answer.people == answer.total.people == cells["people"].sum() == people
    for level in ("band", "zone", "municipality"):
        own = [one for one in answer.places if one.level == level]
        for part in ("people", "within", "beyond", "unreached", "within_before"):
            assert sum(getattr(one, part) for one in own) == pytest.approx(getattr(answer.total, part))
    assert sum(one.people for one in answer.sites) + answer.total.unreached == pytest.approx(people)
    for one in answer.sites:
        own_cells = cells[cells["site"] == one.id]
        assert own_cells["people"].sum() == one.people
        assert one.farthest == (own_cells["minutes"].max() if len(own_cells) else None)
    beyond = cells[~(cells["minutes"] <= 30).fillna(value=False)]
    assert beyond["people"].sum() == answer.total.beyond
    assert cells["minutes"].isna().equals(cells["site"].isna())


def test_an_answer_is_kept_and_not_solved_again(own_toy: Twin, houses: SitingRun, monkeypatch: Any) -> None:
    asked = own_toy.siting(Question.model_validate(HOUSES))
    assert houses.folder is not None and asked.kept is not None
    monkeypatch.setattr("aumenta.twin.siting.columns_of", None)  # nothing may be computed
    again = asked.run()
    assert again.answer == houses.answer and again.id == houses.id == asked.id
    assert again.cells["minutes"].equals(houses.cells["minutes"])
    assert again.cells["site"].isna().equals(houses.cells["site"].isna())
    assert own_toy.siting_of(houses.id).answer == houses.answer
    assert houses.id in [one.id for one in own_toy.sitings()]
    assert not again.stale


def test_the_same_question_gives_the_same_bytes(
    own_toy: Twin, houses: SitingRun, toy_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(toy_folder, tmp_path / "twin")
    other = open_twin(tmp_path / "twin").siting(HOUSES).run()
    assert houses.folder is not None and other.folder is not None
    for name in ("question.json", ANSWER, "cells.parquet"):
        assert (houses.folder / name).read_bytes() == (other.folder / name).read_bytes()


def test_damaged_answers_are_told_and_left_out_of_the_list(own_folder: Path) -> None:
    twin = open_twin(own_folder)
    run = twin.siting(HOUSES).run()
    assert run.folder is not None
    (run.folder / ANSWER).write_text("{", encoding="utf-8")
    assert twin.sitings() == []
    with pytest.raises(SitingError, match="damaged"):
        _ = twin.siting_of(run.id).answer
    with pytest.raises(SitingError, match="no such answer"):
        twin.siting_of("../../etc")


def test_the_answer_is_a_scenario_like_any_other(own_toy: Twin, houses: SitingRun) -> None:
    made = houses.to_scenario("two-houses", Text(it="Due case", en="Two houses"))
    assert made.actions == ["1.2.1"] and made.template == "1.2.1"
    added = own_toy.scenario(made).resolved.checked()
    assert len(added.descriptions) == 2
    places = {(one.lon, one.lat) for one in houses.answer.chosen}
    assert {(one["lon"], one["lat"]) for one in made.parameters["points"]} == places  # type: ignore[index, union-attr, call-overload]
    assert any(houses.id in (one.source or "") for one in made.assumptions)


def test_many_cells_are_chosen_on_square_kilometres_and_counted_one_by_one(
    own_toy: Twin, setting: Set
) -> None:
    setting("AUMENTA_SITING_POINTS", "20")
    answer = own_toy.siting({**HOUSES, "gap": 0.002}).run().answer
    inhabited = own_toy.cells(["gx", "gy", "pop", "geometry"])
    inhabited = inhabited[inhabited["pop"] > 0]
    assert answer.side == 1000
    assert answer.points == len(
        {(x // 4, y // 4) for x, y in zip(inhabited["gx"], inhabited["gy"], strict=True)}
    )
    assert answer.people == inhabited["pop"].sum()
    assert any("square kilometre" in one.en for one in answer.notes)


def test_what_is_there_may_be_told_together(own_toy: Twin, setting: Set) -> None:
    asked = {**HOUSES, "what": "1.2.2", "existing_kinds": ["library"], "area": ["z01"]}
    one_by_one = own_toy.siting({**asked, "gap": 0.001}).run().answer
    setting("AUMENTA_SITING_EXISTING", "2")  # those around the area are few enough
    together = own_toy.siting({**asked, "gap": 0.002}).run().answer
    assert {one.sort for one in one_by_one.sites if not one.new} == {"existing", "together"}
    assert [one.sort for one in together.sites if not one.new] == ["together"]
    assert one_by_one.total == together.total and one_by_one.value == pytest.approx(together.value)


def test_only_who_counts_is_counted(own_toy: Twin) -> None:
    old = own_toy.siting({**HOUSES, "who": "65_plus"}).run().answer
    table = own_toy.cell_table(["pop_0_14", "pop_15_18", "pop_65p"]).to_pandas().to_numpy(float)
    assert old.people == table[:, 2].sum()
    heavy = own_toy.siting({**HOUSES, "weights": {"65_plus": 2, "0_18": 1}}).run().answer
    assert heavy.people == table.sum()
    assert "65" in old.who.it and old.who.it in old.sentences[0].it


def test_without_a_list_nothing_is_said_of_today(own_toy: Twin) -> None:
    alone = own_toy.siting({**HOUSES, "count_existing": False}).run().answer
    assert alone.total.within_before is None and alone.existing == 0
    assert not any("today" in one.en for one in alone.sentences)
    assert any("not counted" in one.en for one in alone.sentences)


@pytest.mark.parametrize("mode", ["bike", "car", "transit"])
def test_every_mode_and_goal_has_an_answer(own_toy: Twin, mode: str) -> None:
    goals = {"bike": "coverage", "car": "centre", "transit": "worst_first"}
    asked = {
        **HOUSES,
        "mode": mode,
        "objective": goals[mode],
        "candidates": ["seats", "library"],
        "within": 15,
    }
    answer = own_toy.siting(asked).run().answer
    assert answer.total.within >= (answer.total.within_before or 0)
    assert (answer.date is not None) == (mode == "transit")
    assert all(words.it and words.en for words in [*answer.sentences, *answer.notes])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"what": "9.9.9"}, [("what", "not something to place")]),
        ({"count": 50}, [("count", "more sites than candidates")]),
        ({"count": None}, [("count", "how many is not said")]),
        ({"count": None, "budget": 10}, [("cost", "a budget without costs")]),
        ({"area": ["nowhere"]}, [("area", "no such place")]),
        ({"candidates": ["castle"]}, [("candidates", "no such candidates")]),
        ({"points": [{"lon": 0, "lat": 0}]}, [("points[0]", "outside the territory")]),
        ({"who": "without_car"}, [("who", "nobody tells")]),
        ({"existing_kinds": ["castle"]}, [("existing_kinds", "no such kind")]),
        ({"parameters": {"colour": "red"}}, [("parameters.colour", "no such parameter")]),
        ({"costs": {"x": 1}}, [("costs", "no such candidate")]),
        ({"groups": "band"}, [("groups", "goes with")]),
        ({"window": ("7:00", "9:00")}, [("window", "goes with public transport")]),
        ({"weights": {"65_plus": 2}, "capacity": 10}, [("weights", "one place")]),
        ({"objective": "centre", "capacity": 10}, [("objective", "does not go with capacities")]),
        (
            {"what": "9.9.9", "area": ["nowhere"], "who": "without_car", "points": [{"lon": 1, "lat": 1}]},
            [("what", "not something"), ("area", "no such place"), ("who", "nobody tells"), ("points[0]", "outside")],
        ),
    ],
)  # fmt: skip
def test_bad_questions_are_told_whole(
    own_toy: Twin, asked: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    before = sorted(own_toy.root.rglob("answer.json"))
    with pytest.raises(SitingError) as caught:
        own_toy.siting({**HOUSES, **asked}).run()
    found = [(one.field, one.message) for one in caught.value.problems]
    assert len(found) == len(told)
    for (field, message), (wanted, words) in zip(found, told, strict=True):
        assert field == wanted and words in message
    assert sorted(own_toy.root.rglob("answer.json")) == before


def test_an_impossible_coverage_names_the_municipalities(own_toy: Twin) -> None:
    asked = {**HOUSES, "objective": "set_cover", "count": None, "within": 5}
    with pytest.raises(SitingError, match="no site is within 5 minutes") as caught:
        own_toy.siting(asked).run()
    named = (caught.value.problems[0].found or "").split(": ")[1].split(" (")[0]
    assert named in set(own_toy.places("municipality")["name"])
    share = float((caught.value.problems[0].expected or "").split("at most ")[1].split(";")[0])
    assert own_toy.siting({**asked, "share": share}).run().answer.total.share >= share - 1e-3  # type: ignore[operator]


def test_capacities_below_the_people_are_refused(own_toy: Twin) -> None:
    with pytest.raises(SitingError):
        own_toy.siting({**HOUSES, "capacity": 1, "existing_capacity": 1}).run()


@pytest.mark.parametrize("objective", ["median", "coverage"])
def test_nobody_takes_more_than_there_is_room(own_toy: Twin, objective: str) -> None:
    asked = {**HOUSES, "count": 4, "capacity": 3000, "existing_capacity": 2000, "within": 120, "mode": "car"}
    room = 4 * 3000 + 2000
    people = own_toy.siting({**HOUSES, "count": 1}).run().answer.people
    if room < people and objective == "median":
        with pytest.raises(SitingError):
            own_toy.siting({**asked, "objective": objective}).run()
        asked |= {"capacity": people / 4}
    answer = own_toy.siting({**asked, "objective": objective}).run().answer
    assert all(one.capacity is not None and one.people <= one.capacity + 1e-6 for one in answer.sites)
    assert sum(one.people for one in answer.sites) <= people + 1e-6


def test_a_budget_buys_what_it_can(own_toy: Twin) -> None:
    asked = {**HOUSES, "count": None, "cost": 100, "costs": {"900001": 250}, "budget": 260}
    answer = own_toy.siting(asked).run().answer
    assert sum(one.cost or 0 for one in answer.chosen) <= 260 and answer.chosen


def test_stopped_before_an_answer_is_told_and_nothing_is_kept(own_folder: Path) -> None:
    twin = open_twin(own_folder)
    with pytest.raises(SitingError, match="no answer"):
        twin.siting(HOUSES).run(stop=lambda: True)
    assert twin.sitings() == []


def test_stopped_while_choosing_gives_the_best_so_far_and_keeps_nothing(own_folder: Path) -> None:
    twin = open_twin(own_folder)
    asked = {
        **HOUSES,
        "count": 5,
        "candidates": ["seats", "library", "food_shop", "school_primary", "pharmacy"],
    }
    steps: list[str] = []
    run = twin.siting(asked).run(
        lambda told: steps.append(told.step), stop=lambda: any(not one.startswith("minutes") for one in steps)
    )
    assert run.answer.chosen and len(run.cells)
    if run.answer.solved == "stopped":  # a choice that is proven before anybody can stop it is kept
        assert run.folder is None and twin.sitings() == []


def test_time_over_gives_the_best_so_far_with_its_gap(own_toy: Twin) -> None:
    asked = {**HOUSES, "count": 5, "candidates": ["seats", "library", "pharmacy"], "gap": 0, "seconds": 1e-6}
    answer = own_toy.siting(asked).run().answer
    assert answer.chosen and answer.solved in ("time_limit", "optimal")
    assert answer.solved == "optimal" or answer.gap is None or answer.gap > 0
    assert any("gap" in one.en or "not proven" in one.en for one in answer.sentences)


def test_the_example_of_the_page_runs(
    toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(toy_folder, tmp_path / "twin")
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).resolve().parents[2] / "docs" / "siting.md").read_text(encoding="utf-8")
    known: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], known)
    assert known["scenario"].actions == ["1.2.1"]


def test_a_day_that_is_none_is_told(own_toy: Twin) -> None:
    with pytest.raises(AumentaError):
        own_toy.siting({**HOUSES, "mode": "transit", "date": "1999-01-01"}).run()


def test_choices_are_the_packs(own_toy: Twin) -> None:
    found = own_toy.siting_choices
    assert [(one.id, one.kind) for one in found.what] == [
        ("1.2.1", "community_health"),
        ("1.2.2", "community_centre"),
    ]
    assert found.areas[0].level == "metropolis" and len(found.areas) == 1 + 3 + 3 + 12
    cars = next(one for one in found.who if one.id == "without_car")
    assert not cars.available and cars.why is not None and "without_car_share" in cars.why.it
    for named in (
        found.objectives,
        found.candidates,
        found.who,
        found.modes,
        found.groups,
        found.list_complete,
    ):
        assert all(one.name.it and one.name.en for one in named)


def test_those_without_a_car_count_where_the_pack_tells(tmp_path: Path) -> None:
    import aumenta
    from aumenta.twin.siting_people import counted_people

    pack = tmp_path / "pack"
    shutil.copytree(BUNDLED / "toy", pack)
    tables = pack / "territory" / "tables.yaml"
    tables.write_text(tables.read_text(encoding="utf-8") + CARS, encoding="utf-8")
    rows = "".join(f"90000{n},{0.5 if n == 1 else 0.25}\n" for n in range(1, 9))
    (pack / "territory" / "tables" / "cars.csv").write_text(
        "municipality,without_car_share\n" + rows, encoding="utf-8"
    )
    twin = aumenta.build(pack, into=tmp_path / "twin", only="ground")
    problems: list[Any] = []
    counted = counted_people(twin, Question(what="1.2.1", count=1, who="without_car"), problems)
    assert counted is not None and not problems and counted.estimated
    table = twin.cell_table(["pop", "municipality"]).to_pandas()
    first = (table["municipality"] == "900001").to_numpy()
    assert counted.people[first].sum() == table["pop"][first].sum() / 2
    unknown = table["municipality"].isin(["900009", "900010", "900011", "900012"]).to_numpy()
    assert np.array_equal(counted.unknown, unknown) and not counted.people[unknown].any()
    assert "left out" in counted.notes(np.ones(len(table), bool))[0].en


CARS = """
  - id: cars
    file: tables/cars.csv
    name: { it: Residenti senza auto, en: Residents without a car }
    licence: EUPL-1.2
    key: [municipality]
    place: municipality
    columns:
      - { id: municipality, name: { it: Comune, en: Municipality }, type: code, required: true }
      - { id: without_car_share, name: { it: Quota, en: Share }, source: toy, minimum: 0, maximum: 1 }
"""
