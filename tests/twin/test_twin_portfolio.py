# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Portfolios on a twin: what they say against the runs' own tables, what is taken up again, what is refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from aumenta.cli import portfolio as commands
from aumenta.cli import scenario as scenario_commands
from aumenta.errors import AumentaError, PortfolioError, Problem, ScenarioError
from aumenta.portfolio.choice import choose
from aumenta.portfolio.merge import MERGED, merged
from aumenta.portfolio.model import Result
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.scenario.resolve import SUMMARY as NOT_APPLIED
from aumenta.settings import get_settings
from aumenta.store import unfinished
from aumenta.twin import Twin, open_twin
from aumenta.twin.portfolio import TwinPortfolio
from aumenta.twin.scenarios import TwinScenario

pytestmark = pytest.mark.slow


def scenario(name: str, *changes: dict[str, Any]) -> Scenario:
    words = {"it": name.title(), "en": name.title()}
    return parse_scenario({"id": name, "territory": "toy", "name": words, "changes": list(changes)})


def clinic(lon: float, lat: float) -> dict[str, Any]:
    place = {"lon": lon, "lat": lat}
    return {"kind": "opportunity.add", "id": "new-clinic", "type": "clinic", "name": "New", **place}


def fibre(place: str) -> dict[str, Any]:
    return {
        "kind": "layer.set", "table": "broadband", "column": "ftth_share", "places": [place], "value": 0.9,
    }  # fmt: skip


HEALTH = scenario("health", clinic(9.2247784, 44.2935457))
FIBRE = scenario("fibre", fibre("900011"))
ELSEWHERE = scenario("elsewhere", clinic(9.0203, 44.1881))  # the same clinic in another place
IDS = ["health", "fibre", "elsewhere"]
COSTS = {"health": 4.0, "fibre": 3.0}


@pytest.fixture(scope="module")
def twin(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A copy of the twin that knows three scenarios, of which two cannot be done together."""
    folder = tmp_path_factory.mktemp("portfolio") / "twin"
    shutil.copytree(toy_folder, folder)
    opened = open_twin(folder)
    for one in (HEALTH, FIBRE, ELSEWHERE):
        opened.runs.save(one)
    return opened


@pytest.fixture(scope="module")
def portfolio(twin: Twin) -> TwinPortfolio:
    return twin.portfolio(IDS, COSTS)


@pytest.fixture(scope="module")
def ran(portfolio: TwinPortfolio) -> tuple[Result, Result, list[dict[str, Any]]]:
    """The portfolio stopped after two runs, then gone on with; and what it told."""
    told: list[dict[str, Any]] = []
    plan = portfolio.plan()
    assert (plan.exact, plan.sets, plan.runs, plan.there, plan.estimate) == (True, 6, 5, 0, None)
    first = portfolio.run(stop=lambda: len(portfolio.twin.runs.names()) >= 2)
    plan = portfolio.plan()
    assert (plan.runs, plan.there, plan.finished) == (5, 2, False)
    assert plan.estimate is not None and 0 < plan.estimate.least <= plan.estimate.likely
    assert plan.bytes is not None and plan.bytes > 10_000
    return first, portfolio.run(told.append), told


@pytest.fixture(scope="module")
def result(ran: tuple[Result, Result, list[dict[str, Any]]]) -> Result:
    return ran[1]


def test_every_figure_is_that_of_the_runs(twin: Twin, result: Result) -> None:
    assert result.sampling.complete and result.sampling.exact and len(result.sets) == 6
    assert result.bands[0] == "all" and result.residents[0] == int(twin.cells()["pop"].sum())
    for one in result.sets:
        if one.run is None:
            assert one.scenarios == []
            continue
        run = twin.run_of(one.run)
        for number, right in enumerate(result.rights):
            if not right.startswith(("health", "connection")):
                continue
            table = run.right(f"right.{right}")
            for band, counts in zip(result.bands, one.counts[number], strict=True):
                own = table[(table["by"] == ("all" if band == "all" else "band")) & (table["group"] == band)]
                found = own.groupby("after")["residents"].sum()
                assert [int(found[state]) for state in ("met", "not_met", "unknown")] == counts
                assert sum(counts) == result.residents[result.bands.index(band)]


def test_what_is_said_follows_from_the_sets(result: Result) -> None:
    met = result.figure("health.care")
    assert met[0b001] - met[0] > 0 and met[0b100] - met[0] > 0
    row = next(result.effects.where(scenario="health", right="health.care", band="all", state="met"))
    assert row["alone"] == met[0b001] - met[0]
    assert row["last"] == met[0b011] - met[0b010]
    assert row["fits"] == 0.5  # in half of the orders the other clinic comes first
    assert row["error"] == 0
    assert row["average"] == pytest.approx((2 * row["alone"] + row["last"]) / 3)
    pair = next(result.pairs.where(one="health", other="elsewhere", right="health.care", band="all"))
    assert (pair["together"], pair["beyond"], pair["why"]) == (None, None, "conflict")
    found = choose(result, "connection.fibre", budget=5)
    assert found.best.scenarios == ("fibre",) and found.best.proven and found.best.gain > 0
    assert found.without_cost == ("elsewhere",)


def test_a_conflict_is_told_with_the_scenarios_own_changes(portfolio: TwinPortfolio, result: Result) -> None:
    (one,) = result.conflicts
    assert one.scenarios == ["health", "elsewhere"] and one.found == "checked" and not one.other_order
    assert "elsewhere: changes[0].id" in one.problems[0] and "new-clinic" in one.problems[0]
    assert portfolio.plan().conflicts == (one,)


def test_a_stop_loses_nothing_and_singles_are_shared(
    twin: Twin, ran: tuple[Result, Result, list[dict[str, Any]]]
) -> None:
    first, last, told = ran
    assert first.sampling.evaluated == 3 and not first.sampling.complete
    done = [(one["done"], tuple(one["now"])) for one in told if one["stage"] == ""]
    assert [number for number, _ in done] == [0, 1, 2, 3, 4] and len({now for _, now in done}) == 5
    assert all(one["total"] == 5 for one in told)
    computed = {tuple(one["now"]) for one in told if one["stage"]}
    assert computed == {("elsewhere",), ("health", "fibre"), ("fibre", "elsewhere")}
    assert told[-1]["left"] is not None
    assert last.members[0].run == twin.scenario("health").run_id
    assert twin.scenario("health").run().id == last.members[0].run
    assert [one.id for one in twin.scenarios() if one.saved] == sorted(IDS)  # merged ones are not in the list
    assert sum(one.scenario.startswith(MERGED) for one in twin.runs.records()) == 2
    listed = CliRunner().invoke(scenario_commands.app, ["list", "--twin", str(twin.root)])
    assert "health" in listed.output and "not saved" not in listed.output


def test_a_finished_portfolio_is_opened_and_never_computed_again(
    twin: Twin, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TwinScenario, "run", lambda *_, **__: pytest.fail("computed again"))
    again = twin.portfolio(IDS, COSTS)
    assert again.run() == result == again.result() == twin.portfolios.read(result.portfolio)
    assert again.plan().finished and twin.portfolios.names() == [result.portfolio]
    other = twin.portfolio(IDS, {"elsewhere": 1.0})  # other costs, the same runs
    assert other.name != again.name and other.shown().effects == result.effects


def test_few_runs_are_spent_on_random_orders(twin: Twin, result: Result) -> None:
    asked = twin.portfolio(IDS, COSTS, runs=3)
    plan = asked.plan()
    assert (plan.exact, plan.runs, plan.there) == (False, 3, 3)
    few = asked.result()
    assert few.sampling.complete and not few.sampling.exact and few.sampling.evaluated == 4
    row = next(few.effects.where(scenario="health", right="health.care", band="all", state="met"))
    full = next(result.effects.where(scenario="health", right="health.care", band="all", state="met"))
    assert row["alone"] == full["alone"] and row["error"] is None
    assert not choose(few, "health.care").best.proven
    assert choose(few, "health.care", most=1).best.proven


def test_what_only_applying_shows_is_a_conflict_too(
    twin: Twin, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = TwinScenario.run

    def run(self: TwinScenario, *given: Any, **named: Any) -> Any:
        if len(self.scenario.changes) == 2 and self.scenario.changes[0] == HEALTH.changes[0]:
            raise ScenarioError(NOT_APPLIED, [Problem("no effect", field="changes[1]")])
        return real(self, *given, **named)

    monkeypatch.setattr(TwinScenario, "run", run)
    found = twin.portfolio(IDS, COSTS, seed=2).run()
    assert [(one.scenarios, one.found) for one in found.conflicts] == [
        (["health", "elsewhere"], "checked"), (["health", "fibre"], "applied"),
    ]  # fmt: skip
    assert "fibre: changes[0]: no effect" in found.conflicts[1].problems[0]
    assert len(found.sets) == 5 and found.sampling.complete


def test_the_order_of_the_list_matters(twin: Twin) -> None:
    added = {
        "kind": "line.frequency",
        "line": "B2",
        "service": [{"from": "6:00", "until": "20:00", "headway": 30}],
    }
    more = scenario("more-buses", added)
    less = scenario("no-buses", {"kind": "line.remove", "line": "B2"})
    with pytest.raises(PortfolioError, match="No two of the scenarios") as caught:
        twin.portfolio([less, more]).plan()
    assert "no-buses + more-buses" in str(caught.value) and "no-buses: changes[0]" in str(caught.value)
    plan = twin.portfolio([less, more, FIBRE]).plan()
    assert plan.conflicts[0].other_order and not plan.ordered
    turned = twin.portfolio([more, less, FIBRE]).plan()
    assert turned.conflicts == () and turned.ordered == (("more-buses", "no-buses"),)
    both = merged([more, FIBRE])
    assert [one.kind for one in both.changes] == ["line.frequency", "layer.set"]
    assert both.name.en == "More-Buses + Fibre" and merged([FIBRE, more]).id != both.id
    assert merged([more]) is more


@pytest.mark.parametrize(
    ("ids", "asked", "said"),
    [
        (["health"], {}, "too few scenarios (found health; expected two or more"),
        ([], {}, "too few scenarios (found none"),
        (["health", "helth"], {}, "no such scenario (found helth; expected elsewhere, fibre, health"),
        (["health", "fibre", "health"], {}, "a scenario given twice (found health"),
        (["health"] * 13, {}, "too many scenarios (found 13; expected 12 at most"),
        (IDS, {"costs": {"fibre": -1.0}}, "field costs.fibre: not a cost (found -1"),
        (IDS, {"costs": {"fiber": 1.0}}, "a cost of no known scenario (found fiber"),
        (IDS, {"runs": 2}, "too few runs (found 2; expected 3 or more"),
        (IDS, {"error": 0.0}, "not an error (found 0"),
        (IDS, {"seed": -1}, "not a seed"),
        (["health", "elsewhere"], {}, "No two of the scenarios can be done together"),
    ],
)
def test_what_cannot_be_asked(twin: Twin, ids: list[str], asked: dict[str, Any], said: str) -> None:
    with pytest.raises(PortfolioError) as caught:
        twin.portfolio(ids, **asked).plan()
    assert said in str(caught.value)


def test_a_scenario_that_is_wrong_by_itself_is_named(twin: Twin) -> None:
    wrong = scenario("wrong", fibre("909"), fibre("900012"))
    with pytest.raises(PortfolioError, match=r"wrong: changes\[0\]"):
        twin.portfolio([FIBRE, wrong]).run()


def test_runs_of_another_build_are_said_to_be(twin: Twin, result: Result) -> None:
    later = open_twin(twin.root)
    later.manifest = later.manifest.model_copy(update={"build": "f" * 16})
    with pytest.raises(PortfolioError, match="computed on another build"):
        later.portfolio(IDS, COSTS).shown()
    with pytest.raises(PortfolioError, match="nothing was computed yet"):
        later.portfolio(IDS[:2]).shown()


def test_a_full_disk_leaves_the_runs(twin: Twin, result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(unfinished, "json", SimpleNamespace(dumps=full_disk, loads=json.loads))
    with pytest.raises(PortfolioError, match="with room"):
        twin.portfolio(IDS, {"elsewhere": 9.0}).run()
    left = [path.name for path in twin.portfolios.folder.iterdir() if path.name.startswith(".unfinished")]
    assert left == [] and twin.portfolios.names() != []
    assert twin.scenario("health").run_id in twin.runs.names()


# --- the command line ------------------------------------------------------------------------


def invoke(twin: Twin, *arguments: str) -> str:
    done = CliRunner().invoke(
        commands.app, [*arguments, "--twin", str(twin.root)], env={"COLUMNS": "200"}, catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_commands(twin: Twin, result: Result, tmp_path: Path) -> None:
    costs = tmp_path / "costs.csv"
    costs.write_text("scenario,cost,source\nhealth,4,\nfibre,3,the office\n", encoding="utf-8")
    planned = invoke(twin, "plan", *IDS, "--costs", str(costs))
    assert "5 runs, of which 5 are there" in planned and "Not together: health + elsewhere" in planned
    asked = ["--costs", str(costs), "--right", "health.care", "--budget", "7"]
    told = invoke(twin, "run", *IDS, *asked)
    assert "none does more" in told and "Without a cost, so in no set under a budget: elsewhere" in told
    assert invoke(twin, "run", *IDS, *asked, "--quiet").split() == [twin.portfolios.names()[-1]]
    shown = invoke(twin, "show", *IDS, *asked)
    assert shown in told
    overview = invoke(twin, "show", *IDS)
    assert "health.care" in overview and "Nobody gains or loses" in overview
    whole = Result.model_validate_json(invoke(twin, "show", *IDS, "--format", "json"))
    assert whole.effects == result.effects
    for table in ("pairs", "sets"):
        invoke(twin, "show", *IDS, "--table", table, "--output", str(tmp_path / f"{table}.csv"))
        assert len((tmp_path / f"{table}.csv").read_text().splitlines()) > 10
    frontier = invoke(twin, "show", *IDS, *asked, "--table", "frontier", "--format", "csv")
    assert frontier.splitlines()[0] == "by,number,cost,met,gain,proven,scenarios,run"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "health"], "too few scenarios"),
        (["run", *IDS, "--right", "helth", "--budget", "-1"], "no such right"),
        (["run", *IDS, "--right", "helth", "--budget", "-1"], "not a budget"),
        (["run", *IDS, "--budget", "3"], "a choice without a right"),
        (["show", *IDS, "--table", "frontier"], "a frontier without a right"),
        (["show", "health", "elsewhere"], "No two of the scenarios"),
    ],
)
def test_commands_say_what_is_wrong(twin: Twin, result: Result, arguments: list[str], said: str) -> None:
    with pytest.raises(AumentaError) as caught:
        invoke(twin, *arguments)
    assert said in str(caught.value) and caught.value.exit_code == 2


def test_the_setting_bounds_the_runs(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUMENTA_MAX_PORTFOLIO_RUNS", "4")
    get_settings.cache_clear()
    try:
        assert twin.portfolio(IDS).asked.runs == 4
    finally:
        get_settings.cache_clear()
