# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the plan against the files of its pack, and pictures against sums made by hand."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import Counter
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aumenta.plan.check import check_plan
from aumenta.plan.connections import all_connections
from aumenta.store.packs import BUNDLED
from aumenta.web.i18n import Language
from aumenta.web.icicle import ACTION_HEIGHT, WIDTH, draw
from aumenta.web.lettering import cut, text_width, wrap
from aumenta.web.pages.connections import ROWS
from aumenta.web.plan_index import PlanIndex
from aumenta.web.ties import Ties, arcs, matrix, spread

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin


@cache
def facts(pack: str) -> dict[str, dict[str, Any]]:
    """Actions of a pack's plan, read from its YAML as it is."""
    found = {}
    for path in sorted((BUNDLED / pack / "plan" / "strategies").glob("*.yaml")):
        for action in yaml.safe_load(path.read_text(encoding="utf-8"))["actions"]:
            found[action["code"]] = action
    return found


def words(page: str) -> str:
    """What a reader sees of a page, blanks tidied."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def page(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text


# --- the tree ---------------------------------------------------------------------------------


def test_the_tree_holds_every_action_in_picture_and_list(large_client: TestClient) -> None:
    actions = facts("torino")
    assert len(actions) == 111
    text = page(large_client, "/it/piano")
    assert "6 assi, 24 strategie, 111 azioni" in words(text)
    picture, lists = text.split("</svg>", 2)[1:] if text.count("</svg>") > 1 else text.split("</svg>")
    for code, action in actions.items():
        link = f'href="/it/piano/{code}"'
        assert link in picture, code
        assert link in lists, code
        assert html.escape(action["title"], quote=False).replace("'", "&#39;") in text, code


@pytest.mark.parametrize("pack", ["toy", "torino"])
def test_the_picture_is_a_partition(pack: str, toy_twin: Twin, large_twin: Twin) -> None:
    plan = {"toy": toy_twin, "torino": large_twin}[pack].plan
    index = PlanIndex.of(plan)
    picture = draw(index, Language("it"))
    parts = {part.code: part for part in picture.parts}
    assert len(parts) == len(picture.parts) == len(index.axes) + len(index.strategies) + len(index.actions)
    for one, other in combinations(picture.parts, 2):
        apart = (
            one.x + one.width <= other.x + 1e-6
            or other.x + other.width <= one.x + 1e-6
            or one.y + one.height <= other.y + 1e-6
            or other.y + other.height <= one.y + 1e-6
        )
        assert apart, (one.code, other.code)
    for part in picture.parts:
        assert part.x >= 0
        assert part.x + part.width <= WIDTH + 1e-6
        assert part.y + part.height <= picture.height + 1e-6
        above = parts.get(part.code.rpartition(".")[0])
        if above:
            assert above.x - 1e-6 <= part.x
            assert above.y + above.height <= part.y + 1e-6
    assert {part.height for part in picture.parts if part.kind == "action"} == {ACTION_HEIGHT}


@given(st.text("abcdefghilmnopqrstuvzABCDE ,.'", max_size=120), st.floats(20, 300), st.integers(1, 4))
def test_lettering_never_goes_beyond_its_room(text: str, width: float, lines: int) -> None:
    assert text_width(cut(text, width, 12), 12) <= width or cut(text, width, 12) == "…"
    broken = wrap(text, width, 12, lines)
    assert len(broken) <= lines
    if not any("…" in line for line in broken):
        assert " ".join(broken).split() == text.split()


# --- search -----------------------------------------------------------------------------------


def results(text: str) -> list[str]:
    found = re.search(r'<ol class="results">(.*?)</ol>', text, re.S)
    return re.findall(r'<span class="code">([\d.]+)</span>', found.group(1)) if found else []


def test_filters_find_what_the_pack_says(large_client: TestClient) -> None:
    actions = facts("torino")
    by_actor = Counter(name for a in actions.values() for name in {i["name"] for i in a.get("actors", [])})
    for actor in [name for name, _ in by_actor.most_common(3)] + [min(by_actor)]:
        answer = large_client.get("/it/piano", params={"actor": actor})
        expected = {c for c, a in actions.items() if actor in {i["name"] for i in a.get("actors", [])}}
        assert set(results(answer.text)) == expected, actor
    third = set(results(page(large_client, "/en/plan?axis=3")))
    assert third == {code for code in actions if code.startswith("3.")}
    cohesion = set(results(page(large_client, "/en/plan?framework=cohesion:OSb2")))
    assert cohesion == {c for c, a in actions.items() if "OSb2" in {i["name"] for i in a.get("cohesion", [])}}
    assert cohesion


def test_a_search_finds_by_code_and_words_and_dims_the_rest(large_client: TestClient) -> None:
    text = page(large_client, "/it/piano?q=3.2.1")
    assert results(text) == ["3.2.1"]
    assert text.count("icicle__action") - text.count("icicle__action axis-3 is-dimmed") >= 1
    dimmed = set(
        re.findall(r'href="/it/piano/(\d+\.\d+\.\d+)" class="icicle__action axis-\d is-dimmed"', text)
    )
    assert dimmed == set(facts("torino")) - {"3.2.1"}
    assert "3.2.1" in results(page(large_client, "/it/piano?q=ferroviaria"))
    assert "3.2.1" in results(page(large_client, "/en/plan?q=railway"))


def test_a_search_without_results_says_what_to_do(client: TestClient) -> None:
    text = words(page(client, "/it/piano?q=xyzzy"))
    assert "Nessuna azione trovata" in text
    assert "Prova con meno parole" in text


def test_what_is_searched_for_is_shown_as_text(client: TestClient) -> None:
    text = page(client, '/it/piano?q=<script>alert(1)</script>&actor="><b>x')
    assert "<script>alert" not in text
    assert "<b>x" not in text


# --- sheets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["1.1.1", "2.2.4", "3.2.1", "5.3.3", "6.2.6"])
def test_a_sheet_shows_every_fact_with_its_line(large_client: TestClient, code: str) -> None:
    action = facts("torino")[code]
    text = words(page(large_client, f"/it/piano/{code}"))
    assert action["title"] in text
    assert f"l’azione alla riga {action['line']}" in text
    rows = 0
    for field in (
        "actors",
        "pnrr",
        "pnrr_integration",
        "cohesion",
        "eu_programmes",
        "instruments",
        "superordinate",
    ):
        for item in action.get(field, []):
            assert " ".join(item["raw"].split()) in text, (field, item["raw"])
            assert re.search(rf"\b{item['line']}\b", text), (field, item["line"])
            rows += 1
    assert rows > 5
    for example in action.get("examples", []):
        assert example["name"] in text


def test_every_sheet_can_be_walked_to_the_next(large_client: TestClient) -> None:
    codes = list(PlanIndex.of(large_client.app.state.site.plan).order)  # type: ignore[attr-defined]
    seen = [codes[0]]
    while True:
        found = re.search(r'href="/en/plan/([\d.]+)" rel="next"', page(large_client, f"/en/plan/{seen[-1]}"))
        if not found:
            break
        seen.append(found.group(1))
    assert seen == codes
    assert set(seen) == set(facts("torino"))


def test_only_links_that_can_be_followed_are_links(client: TestClient) -> None:
    text = page(client, "/en/plan/1.1.3")  # the toy's document gives this example a link with one slash
    assert 'href="http:/example.org' not in text
    assert "broken link" in text
    assert 'href="https://example.org/ferrovia" rel="noopener' in page(client, "/en/plan/1.1.1")


def test_indicators_carry_the_twins_value(client: TestClient, toy_twin: Twin) -> None:
    for action in toy_twin.plan.actions:
        notes = toy_twin.plan.editorial_of(action.code)
        text = words(page(client, f"/en/plan/{action.code}"))
        for link in notes.indicators if notes else []:
            definition = toy_twin.indicators.get(link.indicator)
            assert (definition.name.en if definition else link.indicator) in text
            if definition is None:
                assert "does not hold it yet" in text
                continue
            rows = toy_twin.values(link.indicator, level="metropolis", period="latest")
            if len(rows) and rows["status"].iloc[-1] != "missing":
                shown = f"{rows['value'].iloc[-1]:,.{definition.decimals}f}".replace("-", "\u2212")
                assert shown in text, link.indicator


def test_reasons_of_goals_are_in_the_language_of_the_page(client: TestClient) -> None:
    folder = BUNDLED / "toy" / "plan" / "editorial"
    for path in sorted(folder.glob("*.yaml")):
        for code, notes in yaml.safe_load(path.read_text(encoding="utf-8"))["actions"].items():
            pages = {
                "it": words(page(client, f"/it/piano/{code}")),
                "en": words(page(client, f"/en/plan/{code}")),
            }
            for link in notes["sdgs"]:
                assert link["why"]["it"] in pages["it"], code
                assert link["why"]["en"] in pages["en"], code
                assert link["why"]["en"] not in pages["it"], code
                assert link["why"]["it"] not in pages["en"], code


def test_english_sheets_name_the_document_s_title(large_client: TestClient) -> None:
    text = words(page(large_client, "/en/plan/3.2.1"))
    assert facts("torino")["3.2.1"]["title"] in text
    assert "In the document" in text


# --- connections ------------------------------------------------------------------------------


def test_the_matrix_sums_all_ties(large_twin: Twin) -> None:
    index, ties = PlanIndex.of(large_twin.plan), Ties.of(large_twin.plan)
    pairs: dict[frozenset[str], float] = {}
    for tie in all_connections(large_twin.plan):
        key = frozenset((tie.source, tie.target))
        pairs[key] = pairs.get(key, 0.0) + tie.weight
    assert len(ties.bonds) == len(pairs)
    expected: Counter[tuple[str, ...]] = Counter()
    for pair in pairs:
        expected[tuple(sorted(code.rpartition(".")[0] for code in pair))] += 1
    cells = {tuple(sorted((c.one, c.other))): c for row in matrix(index, ties.bonds).rows for c in row}
    assert len(cells) == 24 * 25 / 2
    assert {key: cell.bonds for key, cell in cells.items() if cell.bonds} == dict(expected)
    assert sum(cell.strength for cell in cells.values()) == pytest.approx(sum(pairs.values()))
    assert all((cell.shade == 0) == (cell.bonds == 0) for cell in cells.values())


def test_kinds_part_the_ties(toy_twin: Twin) -> None:
    ties = Ties.of(toy_twin.plan)
    whole = [tie for bond in ties.bonds for tie in bond.ties]
    parted = [tie for kind in ties.counts for bond in ties.of_kind(kind) for tie in bond.ties]
    assert sorted(map(repr, whole)) == sorted(map(repr, parted))


def test_connections_between_two_strategies(large_client: TestClient, large_twin: Twin) -> None:
    tied: dict[tuple[str, ...], set[frozenset[str]]] = {}
    for tie in all_connections(large_twin.plan):
        if tie.kind == "instrument":
            key = tuple(sorted({tie.source.rpartition(".")[0], tie.target.rpartition(".")[0]}))
            tied.setdefault(key, set()).add(frozenset((tie.source, tie.target)))
    pairs = [key for key in tied if len(key) == 2 and len(tied[key]) <= ROWS]
    one, other = max(pairs, key=lambda key: (len(tied[key]), key))
    text = page(large_client, f"/en/plan/connections?one={one}&other={other}&kind=instrument")
    table = text.split('id="pairs"')[1]
    codes = re.findall(r'<span class="code">([\d.]+)</span>', table)
    shown = {frozenset(pair) for pair in zip(codes[::2], codes[1::2], strict=True)}
    assert shown == tied[one, other]
    assert "they share the instrument" in table


def test_an_unknown_filter_is_ignored(client: TestClient) -> None:
    whole = words(page(client, "/en/plan/connections"))
    assert words(page(client, "/en/plan/connections?kind=x&one=9.9")) == whole


def test_the_files_of_the_graph_agree(client: TestClient, toy_twin: Twin) -> None:
    data = json.loads(client.get("/files/plan/connections.json").content)
    tree = ElementTree.fromstring(client.get("/files/plan/connections.graphml").content)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(data["nodes"]) == len(tree.findall(f".//{space}node")) == len(toy_twin.plan.actions)
    assert len(data["links"]) == len(tree.findall(f".//{space}edge")) == len(all_connections(toy_twin.plan))


def test_arcs_end_at_their_actions(large_twin: Twin) -> None:
    index, ties = PlanIndex.of(large_twin.plan), Ties.of(large_twin.plan)
    picture = arcs(index, ties, "3.2.1")
    assert picture is not None
    ticks = dict(zip(index.order, (x for x, _ in picture.ticks), strict=True))
    strongest = [bond.end("3.2.1") for bond in ties.by_action["3.2.1"][:12]]
    assert [arc.code for arc in picture.arcs] == strongest
    for arc in picture.arcs:
        numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", arc.path)]
        assert numbers[0] == pytest.approx(ticks["3.2.1"], abs=0.06)
        assert numbers[-2] == pytest.approx(ticks[arc.code], abs=0.06)
    labels = sorted([arc.label_x for arc in picture.arcs] + [picture.here_label])
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(labels))


@given(st.lists(st.floats(0, 1200), min_size=1, max_size=40, unique=True))
def test_labels_are_spread_in_order(places: list[float]) -> None:
    found = spread({str(n): x for n, x in enumerate(places)}, 15.0, 1200.0)
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved = [found[str(n)] for n in order]
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(moved))
    assert max(moved) <= 1200


# --- defects ----------------------------------------------------------------------------------


def test_the_defects_are_those_of_the_check(client: TestClient, toy_twin: Twin) -> None:
    expected = check_plan(toy_twin.plan, None, set(toy_twin.indicators))
    rows = list(csv.DictReader(io.StringIO(client.get("/files/plan/defects.csv").text, newline="")))
    assert [(r["rule"], r["severity"]) for r in rows] == [(d.code, d.severity) for d in expected]
    text = page(client, "/en/plan/defects")
    assert f"The check found {len(expected)} defects" in words(text)
    for severity, count in Counter(d.severity for d in expected).items():
        shown = 0
        for start in range(0, count, 60):
            filtered = page(client, f"/en/plan/defects?severity={severity}&from={start}")
            shown += filtered.count('<span class="severity severity-')
        assert shown == count


def test_a_defect_stands_on_the_sheets_that_it_concerns(client: TestClient) -> None:
    assert "Alcotra" in words(page(client, "/en/plan/1.1.2")).split("The check found", 1)[1]
    text = words(page(client, "/en/plan/2.1.1")).split("The check found", 1)[1]
    assert "OSd1" in text


def test_with_the_document_more_rules_are_tried(toy_twin: Twin) -> None:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    document = (BUNDLED / "toy" / "plan" / "document.txt").read_text(encoding="utf-8")
    with TestClient(create_app(toy_twin, document=document), base_url="http://localhost") as client:
        text = words(page(client, "/en/plan/defects"))
    expected = check_plan(toy_twin.plan, document, set(toy_twin.indicators))
    assert f"The check found {len(expected)} defects" in text
    assert len(expected) > len(check_plan(toy_twin.plan, None, set(toy_twin.indicators)))
    assert "was not tried" not in text
    assert "were not tried" not in text
