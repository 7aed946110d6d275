# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The page of priorities over a toy twin: chosen, planned, computed, stopped and gone on with; figures; bad input."""

from __future__ import annotations

import csv
import io
import itertools
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.portfolio.choice import Point
from aumenta.portfolio.model import Result
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.settings import Settings
from aumenta.web.i18n import Language
from aumenta.web.portfolio_asked import read
from aumenta.web.portfolio_frontier import HEIGHT, WIDTH, frontier_of
from aumenta.web.portfolio_tables import Cell, Row, ordered

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:8000"
IDS = ["health", "fibre", "elsewhere"]
ALL = ",".join(IDS)


def scenario(name: str, *changes: dict[str, Any]) -> Scenario:
    words = {"it": f"Prova {name}", "en": f"Trial {name}"}
    return parse_scenario({"id": name, "territory": "toy", "name": words, "changes": list(changes)})


def clinic(lon: float, lat: float) -> dict[str, Any]:
    place = {"lon": lon, "lat": lat}
    return {"kind": "opportunity.add", "id": "new-clinic", "type": "clinic", "name": "New", **place}


FIBRE = {
    "kind": "layer.set",
    "table": "broadband",
    "column": "ftth_share",
    "places": ["900011"],
    "value": 0.9,
}


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own with three scenarios, of which two add the same clinic in different places."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("priorities") / "twin"
    shutil.copytree(built_toy, folder)
    opened = open_twin(folder)
    opened.runs.save(scenario("health", clinic(9.2247784, 44.2935457)))
    opened.runs.save(scenario("fibre", FIBRE))
    opened.runs.save(scenario("elsewhere", clinic(9.0203, 44.1881)))
    return opened


@pytest.fixture(scope="module")
def client(twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    with TestClient(create_app(twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def settled(client: TestClient, path: str, seconds: float = 60) -> str:
    """A page once what has to be computed is worked out."""
    until = time.monotonic() + seconds
    while "being worked out" in (page := client.get(path).text) or "Si sta vedendo" in page:
        assert time.monotonic() < until, page
        time.sleep(0.1)
    return page


def words_of(page: str) -> str:
    """What a page says, without its marks."""
    main = page[page.find("<main") : page.find("<footer")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def send(client: TestClient, what: str, **fields: str) -> Any:
    page = client.get("/en/scenarios").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    data = {"csrf_token": token.group(1) if token else "", "lang": "en", "s": ALL, **fields}
    return client.post(f"/act/portfolio/{what}", data=data, headers={"origin": ADDRESS})


def told(client: TestClient, page: str) -> dict[str, Any]:
    address = re.search(r'data-live="([^"]+)"', page)
    assert address is not None
    found: dict[str, Any] = client.get(address.group(1).replace("&amp;", "&")).json()
    return found


def ended(client: TestClient, seconds: float = 240) -> str:
    """The page once nothing is computed any more."""
    until = time.monotonic() + seconds
    while told(client, client.get(f"/en/priorities?s={ALL}").text)["busy"]:
        assert time.monotonic() < until
        time.sleep(0.2)
    return settled(client, f"/en/priorities?s={ALL}")


@pytest.fixture(scope="module")
def planned(client: TestClient) -> str:
    """The page before anything was computed."""
    return settled(client, f"/en/priorities?s={ALL}")


@pytest.fixture(scope="module")
def ran(client: TestClient, twin: Twin, planned: str) -> Result:
    """Computed through the page: stopped after the first run, then gone on with."""
    answer = send(client, "run")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/en/priorities?s=health") and answer.headers[
        "location"
    ].endswith("#portfolio-run")
    until = time.monotonic() + 240
    while not twin.runs.names() and time.monotonic() < until:
        time.sleep(0.05)
    busy = client.get(f"/it/priorita?s={ALL}").text  # a reload, in another language
    assert "data-watch" in busy and "Ferma" in busy
    assert send(client, "stop").status_code == 303
    page = ended(client)
    done = len(twin.runs.names())
    if done < 5:  # the machine was not so quick that all was done before
        assert "Stopped. What was computed stays" in page and "Go on with the computation" in page
        assert f"{done} of 5 sets are computed" in page and "estimated" in page
        assert page.count("So far, of the sets computed") >= 1
        send(client, "run")
        page = ended(client)
    assert "All is computed: 5 runs." in page and "estimated" not in page
    return twin.portfolio(IDS).result()


def test_scenarios_are_chosen_from_a_list(client: TestClient) -> None:
    page = client.get("/it/priorita").text
    for name in IDS:
        assert f'name="with.{name}"' in page and f"Prova {name}" in page
    answer = client.get("/it/priorita?with.health=1&with.fibre=1&budget=&cost.health=3&cost.elsewhere=4")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/it/priorita?s=health%2Cfibre&cost.health=3"


def test_the_plan_says_runs_time_and_conflicts(planned: str, client: TestClient) -> None:
    words = words_of(planned)
    assert "in 5 ways: every one is a run; made already: 0." in words
    assert "known when the first run has ended" in words
    assert "Trial health + Trial elsewhere : cannot be done together" in words
    assert "«Trial elsewhere», change 1" in words or "«Trial health», change 1" in words
    assert "Start the computation" in words
    assert "Avvia il calcolo" in settled(client, f"/it/priorita?s={ALL}")


def test_figures_are_those_of_the_runs(client: TestClient, twin: Twin, ran: Result) -> None:
    record = next(one for one in twin.runs.records() if one.scenario == "health")
    table = twin.run_of(record.run).right("right.health.care")
    whole = table[table["by"] == "all"]
    then = whole.loc[whole["after"] == "met", "residents"].sum()
    gain = int(then - whole.loc[whole["before"] == "met", "residents"].sum())
    assert gain > 0
    page = settled(client, f"/en/priorities?s={ALL}&right=health.care&sort=alone.all")
    row = page[page.index('<tr><th scope="row" data-col="name" data-value="Trial health">') :]
    assert f'data-col="alone.all" data-value="{gain}.0">+{gain:,}<' in row[: row.index("</tr>")]
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/live/portfolio/effects.csv?s={ALL}&right=health.care").text))
    )
    own = next(r for r in rows if (r["scenario"], r["band"], r["state"]) == ("health", "all", "met"))
    assert int(own["alone"]) == gain and own["cost"] == ""
    assert len(rows) == 3 * len(ran.bands) * 3


@pytest.mark.parametrize("budget", [0, 2, 3.5, 5, 7, 100])
def test_the_best_set_under_a_budget_is_that_of_brute_force(
    client: TestClient, ran: Result, budget: float
) -> None:
    costs = {"health": 4.0, "fibre": 3.0, "elsewhere": 2.0}
    met = {frozenset(one.scenarios): one.counts[ran.rights.index("health.care")][0][0] for one in ran.sets}
    fitting = [
        frozenset(own)
        for size in range(4)
        for own in itertools.combinations(IDS, size)
        if sum(costs[name] for name in own) <= budget and not {"health", "elsewhere"} <= set(own)
    ]
    most = max(met[own] for own in fitting) - met[frozenset()]
    asked = "".join(f"&cost.{name}={cost:g}" for name, cost in costs.items())
    page = settled(client, f"/en/priorities?s={ALL}&right=health.care&budget={budget:g}{asked}&unit=million")
    title = re.search(r'<h2 id="portfolio-best"[^>]*>([^<]+)<', page)
    assert title is not None and (
        f"+{most:,} residents" in title[1] if most else "no set brings it" in title[1]
    )
    assert f"all {len(fitting)} sets that are allowed" in page
    table = client.get(
        f"/live/portfolio/frontier.csv?s={ALL}&right=health.care&budget={budget:g}{asked}"
    ).text
    rows = list(csv.DictReader(io.StringIO(table)))
    priced = [row for row in rows if row["by"] == "cost"]  # the whole frontier, beyond the budget too
    assert max(int(row["gain"]) for row in priced if float(row["cost"]) <= budget) == most
    everything = max(met.values()) - met[frozenset()]
    assert max(int(row["gain"]) for row in priced) == everything and f"+{everything:,}" in page


def test_what_is_pinned_or_excluded_stays_so(client: TestClient, ran: Result) -> None:
    page = settled(client, f"/en/priorities?s={ALL}&right=health.care&pin=fibre&out=health")
    title = re.search(r'<h2 id="portfolio-best"[^>]*>([^<]+)<', page)
    assert title is not None and "«Trial fibre» + «Trial elsewhere»" in title[1]
    assert len(re.findall(r'aria-current="true">(?:free|always in|never in)', page)) == 3


def test_missing_costs_are_said_and_are_not_zero(client: TestClient, ran: Result) -> None:
    words = words_of(settled(client, f"/en/priorities?s={ALL}&right=health.care&budget=3&cost.fibre=3"))
    assert "No cost is known of «Trial health» + «Trial elsewhere»: under a budget it is in no set" in words
    assert "within 3 no set brings it to more residents" in words
    assert "Non è stato dato nessun costo" in settled(client, f"/it/priorita?s={ALL}&right=health.care")


def test_tables_are_ordered_by_the_address(client: TestClient, ran: Result) -> None:
    def names(query: str) -> list[str]:
        page = settled(client, f"/en/priorities?s={ALL}&right=health.care&{query}")
        table = page[page.index('aria-labelledby="portfolio-effects"') :]
        return re.findall(r'data-value="Trial (\w+)"', table[: table.index("</table>")])

    alone = {
        row["scenario"]: row["alone"]
        for row in ran.effects.where(right="health.care", band="all", state="met")
    }
    assert [alone[one] for one in names("sort=alone.all")] == sorted(alone.values(), reverse=True)
    assert [alone[one] for one in names("sort=-alone.all")] == sorted(alone.values())
    assert names("sort=name") == sorted(IDS) and names("sort=-name") == sorted(IDS, reverse=True)
    assert names("sort=nothing") == IDS


def test_a_sheet_is_printed_without_forms(client: TestClient, ran: Result) -> None:
    page = settled(
        client, f"/it/priorita?s={ALL}&right=health.care&cost.fibre=3&from.fibre=gara&unit=euro&sheet=1"
    )
    main = page[page.index("<main") : page.index("<footer")]
    assert "<form" not in main and "3 euro (gara)" in main and "costo non noto" in main
    assert "<svg" in main and ran.portfolio[:12] in main


def test_an_answer_of_another_build_is_said_to_be(client: TestClient, twin: Twin, ran: Result) -> None:
    two = [one for one in ran.members if one.id != "fibre"]
    other = ran.model_copy(update={"portfolio": "f" * 16, "build": "0123456789abcdef"})
    assert len(two) == 2
    twin.portfolios.write(other)
    page = settled(client, f"/en/priorities?s={ALL}&answer={'f' * 16}&right=health.care")
    assert "These figures are of an older build of the twin" in page and "0123456789ab" in page
    assert "Start the computation" not in page and 'id="portfolio-effects"' in page
    assert (
        client.get(f"/en/priorities?answer={'f' * 16}")
        .headers["location"]
        .startswith("/en/priorities?s=health")
    )
    assert "of an older build" in client.get("/en/priorities").text
    assert "not kept any more" in settled(client, f"/en/priorities?s={ALL}&answer={'e' * 16}")
    listed = client.get(f"/live/portfolio/sets.csv?s={ALL}&answer={'f' * 16}&cost.fibre=3").text
    assert len(listed.splitlines()) == 1 + 6 * len(ran.rights) * len(ran.bands)


@pytest.mark.parametrize(
    ("query", "english", "italian"),
    [
        ("s=health", "Too few scenarios", "Troppo pochi scenari"),
        ("s=health,none-such", "No such scenario", "Scenario sconosciuto"),
        ("s=health,../../etc", "Not an id", "non è un identificativo"),
        (f"s={ALL}&budget=-1", "Not a budget", "Non è un limite di spesa"),
        (f"s={ALL}&budget=much", "Not a budget", "Non è un limite di spesa"),
        (f"s={ALL}&budget=nan", "Not a budget", "Non è un limite di spesa"),
        (f"s={ALL}&cost.fibre=-3", "Cost, «Trial fibre»", "Costo, «Prova fibre»"),
        (f"s={ALL}&most=-2", "Not a number of scenarios", "Non è un numero di scenari"),
        (f"s={ALL}&runs=1", "Too few runs", "Troppo pochi calcoli"),
        ("s=health,elsewhere", "No two of the scenarios", "Nessuna coppia"),
        (f"s={ALL}&right=none", "No such right", "Diritto sconosciuto"),
        (f"s={ALL}&pin=fibre&out=fibre", "Both pinned and excluded", "Insieme «sempre dentro» e «mai»"),
        (f"s={ALL}&pin=health,elsewhere", "cannot be done together", "non si possono fare insieme"),
        (f"s={ALL}&pin=fibre&budget=1&cost.fibre=2", "costs more than the budget", "costa più del limite"),
        (f"s={ALL}&pin=fibre&budget=1", "Pinned without a cost", "senza un costo"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_loses_nothing(
    client: TestClient, ran: Result, query: str, english: str, italian: str
) -> None:
    page = settled(client, f"/en/priorities?{query}")
    assert english in words_of(page)
    assert italian.lower() in words_of(settled(client, f"/it/priorita?{query}")).lower()
    assert 'lang="en"' not in client.get(f"/it/priorita?{query}").text.split("<main")[1].split("<footer")[0]
    for text in re.findall(r"=(-?\d+|much|nan)(?:&|$)", query):
        assert f'value="{text}"' in page


def test_bad_input_starts_nothing(client: TestClient, twin: Twin) -> None:
    before = twin.runs.names()
    for fields in ({"s": "health"}, {"s": "health,none-such"}, {"runs": "1"}, {"cost.fibre": "-3"}):
        assert send(client, "run", **fields).status_code == 303
    assert send(client, "stop", s="health,none-such").status_code == 303
    assert twin.runs.names() == before
    assert client.get(f"/live/portfolio/other.csv?s={ALL}").status_code == 404
    assert client.get(f"/live/portfolio/{'a' * 16}/progress.json?s={ALL}").status_code == 404
    assert client.post("/act/portfolio/run", data={"s": ALL}, headers={"origin": ADDRESS}).status_code == 403


def test_beyond_this_machine_nothing_is_started(twin: Twin) -> None:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    beyond = create_app(twin, Settings(host="0.0.0.0"))
    with TestClient(beyond, base_url=ADDRESS, follow_redirects=False) as other:
        page = settled(other, f"/en/priorities?s={ALL}")
        assert "csrf_token" not in page and "aumenta portfolio run" in page


QUERIES = st.dictionaries(
    st.sampled_from(["s", "with.a", "with.b-c", "cost.a", "from.a", "budget", "most", "runs", "right", "band", "pin",
                     "out", "sort", "pairs", "unit", "answer", "sheet", "cost.zz"]),
    st.one_of(st.text(max_size=100), st.sampled_from(["a,b-c", "3", "3,5", "-1", "1e400", "a", ""])),
)  # fmt: skip


@given(QUERIES)
def test_any_address_is_read_and_its_own_address_says_the_same(query: dict[str, str]) -> None:
    asked, _ = read(query)
    again, untidy = read(asked.query)
    assert again == asked and not untidy
    assert all(cost is None or cost >= 0 for cost in asked.costs.values())
    asked.problems()


@given(st.lists(st.one_of(st.none(), st.integers(-99, 99)), max_size=8), st.booleans())
def test_what_is_not_known_comes_last(values: list[int | None], up: bool) -> None:
    rows = [Row(str(n), str(n), {"x": Cell("", value)}) for n, value in enumerate(values)]
    found = [row.cells["x"].value for row in ordered(rows, "-x" if up else "x")]
    known = [value for value in found if value is not None]
    assert known == sorted(known, reverse=not up) and found[len(known) :] == [None] * (
        len(found) - len(known)
    )


@given(st.lists(st.tuples(st.floats(0, 1e9), st.integers(0, 10**6)), min_size=2, max_size=12), st.booleans())
def test_a_frontier_lies_within_its_drawing(sizes: list[tuple[float, int]], by_cost: bool) -> None:
    costs, gains = sorted({cost for cost, _ in sizes}), sorted({gain for _, gain in sizes})
    points = [
        Point(("a",) * number, gain, gain, cost, True, None)
        for number, (cost, gain) in enumerate(zip(costs, gains, strict=False))
    ]
    drawing = frontier_of(points, by_cost, costs[-1], Language("it"))
    assert (drawing is None) == (len(points) < 2)
    if drawing is not None:
        marks = [*drawing.points, *drawing.across, *drawing.up]
        assert all(0 <= one.x <= WIDTH and 0 <= one.y <= HEIGHT for one in marks)
        assert [one.y for one in drawing.points] == sorted((one.y for one in drawing.points), reverse=True)
        assert [one.x for one in drawing.points] == sorted(one.x for one in drawing.points)
