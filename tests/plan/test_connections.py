# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Ties between actions: what ties and what does not, weights, symmetry, the graph in two formats."""

from __future__ import annotations

import io
import math
from collections import Counter
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.plan.citations import find_citations
from aumenta.plan.connections import (
    COMMON_SHARE,
    FIELD_KINDS,
    all_connections,
    connections,
    graph,
    graphml,
    other_end,
    rarity,
    strengths,
)
from aumenta.plan.model import Plan
from aumenta.plan.pack import load_plan
from aumenta.plan.reading.document import document_of
from aumenta.store.packs import BUNDLED

TOY = BUNDLED / "toy" / "plan"


@pytest.fixture(scope="module")
def toy() -> Plan:
    return load_plan(TOY)


@pytest.fixture(scope="module", params=["toy", "torino"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return load_plan(BUNDLED / request.param / "plan")


def test_stated_ties_of_the_toy_plan(toy: Plan) -> None:
    stated = {(t.kind, t.source, t.target, t.via) for t in all_connections(toy) if t.directed}
    assert stated == {
        ("cited", "1.1.1", "1.1.3", "1.1.3"),
        ("cited", "1.1.3", "1.2.1", "Case della salute"),
        ("cited", "1.2.3", "1.2.2", "Scuole aperte"),
        ("integration", "1.1.1", "2.1.1", "2"),  # mission 2: its components 2.3 and 2.4 are priorities there
        ("integration", "1.1.1", "2.1.2", "2"),
    }  # 1.2.1 asks for mission 5, which is nobody's priority; 1.2.2 for 4.1, which is only its own


def test_shared_ties_against_brute_force(plan: Plan) -> None:
    active = [action for action in plan.actions if action.status == "active"]
    expected: Counter[tuple[str, str, str]] = Counter()
    for field, kind in FIELD_KINDS.items():
        names = {a.code: {item.name for item in getattr(a, field)} for a in active}
        holders = Counter(name for held in names.values() for name in held)
        for first, second in combinations(active, 2):
            for name in names[first.code] & names[second.code]:
                if holders[name] <= max(2, COMMON_SHARE * len(active)):
                    expected[kind, first.code, second.code] += 1
    found = Counter((t.kind, t.source, t.target) for t in all_connections(plan) if not t.directed)
    assert found == expected


def test_what_nearly_all_hold_ties_nothing(plan: Plan) -> None:
    active = [action for action in plan.actions if action.status == "active"]
    common = {
        name
        for name, count in Counter(
            i.name for a in active for i in {i.name: i for i in a.actors}.values()
        ).items()
        if count > max(2, COMMON_SHARE * len(active))
    }
    assert common, "each plan has an authority that takes part in most actions"
    assert not common & {t.via for t in all_connections(plan) if t.kind == "actor"}


def test_one_action_sees_what_the_whole_graph_holds(plan: Plan) -> None:
    every = all_connections(plan)
    for action in plan.actions[:12]:
        own = connections(plan, action.code)
        assert len(own) == sum(action.code in (t.source, t.target) for t in every)
        assert all(t.source == action.code for t in own if not t.directed)
        assert [t.weight for t in own] == sorted((t.weight for t in own), reverse=True)
        total = strengths(plan, action.code)
        assert math.isclose(sum(total.values()), sum(t.weight for t in own))
        assert action.code not in total


def test_a_shared_tie_is_the_same_from_both_ends(toy: Plan) -> None:
    for tie in (t for t in all_connections(toy) if not t.directed):
        back = [
            t
            for t in connections(toy, tie.target)
            if (t.kind, t.via) == (tie.kind, tie.via) and t.target == tie.source
        ]
        assert len(back) == 1
        assert (back[0].weight, back[0].reason) == (tie.weight, tie.reason)
        assert back[0].lines == tuple(reversed(tie.lines))


def test_lines_hold_what_ties(toy: Plan) -> None:
    lines = document_of((TOY / "document.txt").read_text()).lines
    for tie in all_connections(toy):
        if tie.kind in ("programme", "instrument", "superordinate"):
            spellings = {
                tie.via.lower(),
                *(s.lower() for a in toy.aliases if a.name == tie.via for s in a.aliases),
            }
            assert all(any(s in lines[number - 1].lower() for s in spellings) for number in tie.lines), tie


def test_actions_no_longer_active_tie_nothing(toy: Plan) -> None:
    strategy = toy.strategies[0]
    actions = [
        a.model_copy(update={"status": "withdrawn"}) if a.code == "1.1.1" else a for a in strategy.actions
    ]
    changed = toy.model_copy(
        update={"strategies": [strategy.model_copy(update={"actions": actions}), *toy.strategies[1:]]}
    )
    assert all("1.1.1" not in (t.source, t.target) for t in all_connections(changed))
    assert connections(changed, "1.1.1") == []


def test_an_unknown_action_is_a_key_error(toy: Plan) -> None:
    with pytest.raises(KeyError):
        connections(toy, "9.9.9")


@given(st.integers(2, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n), st.integers(1, n))))
def test_rarer_weighs_more(case: tuple[int, int, int]) -> None:
    actions, first, second = case
    low, high = sorted((first, second))
    assert rarity(low, actions) >= rarity(high, actions) >= 0
    if high / actions > COMMON_SHARE and high > 2:
        assert rarity(high, actions) == 0


def test_networkx_reads_the_graphml(plan: Plan) -> None:
    read = nx.read_graphml(io.BytesIO(graphml(plan).encode()), force_multigraph=True)
    data = graph(plan)
    assert set(read.nodes) == {action.code for action in plan.actions if action.status == "active"}
    assert read.number_of_edges() == len(data["links"]) == len(all_connections(plan))
    assert math.isclose(read.size("weight"), sum(link["weight"] for link in data["links"]), rel_tol=1e-9)
    first = data["nodes"][0]
    assert read.nodes[first["id"]]["title"] == first["title"]
    back = nx.node_link_graph(data, edges="links")
    assert nx.is_isomorphic(nx.Graph(back), nx.Graph(read))
    assert Counter(nx.get_edge_attributes(back, "kind").values()) == Counter(
        nx.get_edge_attributes(read, "kind").values()
    )


def test_other_end(toy: Plan) -> None:
    tie = all_connections(toy)[0]
    assert {other_end(tie, tie.source), other_end(tie, tie.target)} == {tie.source, tie.target}


# --- citations -------------------------------------------------------------------------------------------------


def test_citations_of_the_toy_plan_are_those_of_its_document(toy: Plan) -> None:
    found = find_citations(toy, document_of((TOY / "document.txt").read_text()).lines)
    assert found == toy.citations
    assert [(c.source, c.target, c.line) for c in found] == [
        ("1.1.1", "1.1.3", 30),
        ("1.1.3", "1.2.1", 82),
        ("1.2.3", "1.2.2", 155),
        ("1.2.3", "3.1.1", 155),
    ]


def test_a_title_broken_over_lines_is_found_where_it_begins(toy: Plan) -> None:
    lines = list(document_of((TOY / "document.txt").read_text()).lines)
    at = toy.action("2.1.2").fields["description"].line or 0
    lines[at - 1] = "descrizione Come le CASE DELLA"
    cited = find_citations(toy, [*lines[:at], "SALUTE, e non 1.2.30 o 12.1.1.1.", *lines[at + 1 :]])
    assert ("2.1.2", "1.2.1") not in {(c.source, c.target) for c in cited}  # the field ends on its line
    fact = toy.action("1.1.1").fields["description"]
    lines[(fact.line or 0) - 1] = "descrizione Come le CASE DELLA"
    lines[(fact.end or 0) - 1] = "SALUTE, ma non 12.1.1.1 o 2020."
    cited = [c for c in find_citations(toy, lines) if c.source == "1.1.1"]
    assert [(c.target, c.raw, c.line) for c in cited] == [("1.2.1", "CASE DELLA SALUTE", fact.line)]


@pytest.mark.shared
def test_citations_of_the_bundled_plan_are_those_of_its_document(shared_dir) -> None:  # type: ignore[no-untyped-def]
    plan = load_plan(BUNDLED / "torino" / "plan")
    lines = document_of((shared_dir / "plan" / "psm-torino-2021-2023.txt").read_text()).lines
    assert find_citations(plan, lines) == plan.citations
    assert {(c.source, c.target, c.raw) for c in plan.citations} >= {
        ("2.2.4", "2.2.2", "TOR"),
        ("3.1.4", "3.1.1", "MAAS"),
    }
