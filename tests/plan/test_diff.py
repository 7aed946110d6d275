# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Differences between plans: a second revision of the toy plan, and properties that hold for any change."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.plan.diff import Change, diff_plans, said
from aumenta.plan.model import Action, FieldFact, Item, Plan, Revision
from aumenta.plan.pack import load_plan, save_plan
from aumenta.store.packs import BUNDLED
from aumenta.values.text import Text

TOY = load_plan(BUNDLED / "toy" / "plan")


def with_action(plan: Plan, code: str, **changes: Any) -> Plan:
    strategies = [
        s.model_copy(
            update={"actions": [a.model_copy(update=changes) if a.code == code else a for a in s.actions]}
        )
        for s in plan.strategies
    ]
    return plan.model_copy(update={"strategies": strategies})


def second_revision() -> Plan:
    """The toy plan a year later: one action merged, one split, one superseded, one withdrawn."""
    plan = with_action(TOY, "1.1.2", status="merged", becomes=["1.1.1"])
    plan = with_action(plan, "1.2.2", status="split", becomes=["1.2.4", "1.2.5"])
    plan = with_action(plan, "1.2.3", status="withdrawn")
    plan = with_action(plan, "2.1.1", status="superseded", becomes=["2.1.3"])
    for code, title in (
        ("1.2.4", "Scuole di giorno"),
        ("1.2.5", "Scuole di sera"),
        ("2.1.3", "Fabbriche aperte"),
    ):
        plan = with_new(plan, Action(code=code, title=title, title_raw=title, line=1, sheet=1, since="2025"))
    note = Revision(id="2025", date=date(2025, 1, 20), title=Text(it="Aggiornamento", en="Update"))
    return plan.model_copy(
        update={"about": plan.about.model_copy(update={"revisions": [*plan.about.revisions, note]})}
    )


def with_new(plan: Plan, action: Action) -> Plan:
    strategies = [
        s.model_copy(update={"actions": [*s.actions, action]}) if action.code.startswith(s.code + ".") else s
        for s in plan.strategies
    ]
    return plan.model_copy(update={"strategies": strategies})


def test_a_revision_is_told_in_actions(tmp_path: Path) -> None:
    save_plan(second_revision(), tmp_path / "plan")
    changes = diff_plans(TOY, load_plan(tmp_path / "plan"))
    assert [(c.what, c.entity, c.code, c.field) for c in changes] == [
        ("added", "plan", "toy", "revisions[2025]"),
        ("merged", "action", "1.1.2", "becomes"),
        ("split", "action", "1.2.2", "becomes"),
        ("withdrawn", "action", "1.2.3", "becomes"),
        ("added", "action", "1.2.4", ""),
        ("added", "action", "1.2.5", ""),
        ("superseded", "action", "2.1.1", "becomes"),
        ("added", "action", "2.1.3", ""),
    ]
    assert changes[2].after == ["1.2.4", "1.2.5"]
    assert json.loads(json.dumps([c.as_dict() for c in changes]))[4]["after"]["title"] == "Scuole di giorno"
    back = {(c.what, c.code) for c in diff_plans(second_revision(), TOY) if c.entity == "action"}
    assert ("revived", "1.1.2") in back
    assert ("removed", "1.2.4") in back


def test_fields_are_told_item_by_item() -> None:
    action = TOY.action("1.1.1")
    actors = [action.actors[2], *action.actors[:2], Item(name="Consorzio nuovo", raw="Consorzio", line=36)]
    actors[1] = actors[1].model_copy(update={"raw": "Reg. Alta"})
    changed = with_action(TOY, "1.1.1", title="Riaprire", actors=actors)
    assert [(c.what, c.field, said(c.before), said(c.after)) for c in diff_plans(TOY, changed)] == [
        ("changed", "title", "Riaprire la ferrovia della valle", "Riaprire"),
        ("removed", "actors[Ferrovie di Valle]", "Ferrovie di Valle", ""),
        ("changed", "actors[Regione Alta].raw", "Regione Alta", "Reg. Alta"),
        ("added", "actors[Consorzio nuovo]", "", "Consorzio"),
        (
            "reordered",
            "actors",
            "Regione Alta, MetroGioco, Unioni di Comuni di Montagna",
            "Unioni di Comuni di Montagna, Regione Alta, MetroGioco",
        ),
    ]


def test_repeated_items_are_told_apart() -> None:
    action = TOY.action("1.2.3")
    assert [i.name for i in action.actors].count("Imprese") == 2
    changes = diff_plans(TOY, with_action(TOY, "1.2.3", actors=action.actors[:-1]))
    assert [(c.what, c.field) for c in changes] == [("removed", "actors[Imprese #2]")]


@pytest.mark.parametrize("name", ["frameworks", "aliases", "citations", "editorial"])
def test_nothing_of_the_plan_is_left_out(name: str) -> None:
    empty = TOY.model_copy(update={name: type(getattr(TOY, name))()})
    assert diff_plans(TOY, empty)
    assert {c.what for c in diff_plans(TOY, empty)} == {"removed"}


names = st.text(max_size=4)
items = st.lists(st.builds(Item, name=names, raw=names, line=st.none() | st.integers(1, 3)), max_size=4)
edits = st.fixed_dictionaries(
    {},
    optional={
        "title": names,
        "line": st.integers(1, 3),
        "actors": items,
        "pnrr": items,
        "status": st.sampled_from(["active", "merged", "withdrawn"]),
        "becomes": st.lists(st.sampled_from(["1.1.1", "1.1.2"]), max_size=2),
        "fields": st.dictionaries(
            st.sampled_from(["actors", "pnrr"]),
            st.builds(FieldFact, state=st.sampled_from(["filled", "empty"])),
            max_size=2,
        ),
    },
)


@settings(max_examples=80, deadline=None)
@given(edits, edits)
def test_equal_plans_have_no_difference_and_different_ones_have(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    a, b = with_action(TOY, "1.1.1", **first), with_action(TOY, "1.1.1", **second)
    assert diff_plans(a, a) == []
    assert (diff_plans(a, b) == []) == (a == b)
    assert mirrored(diff_plans(a, b)) == plain(diff_plans(b, a))


_MIRROR = {"added": "removed", "removed": "added"}


def plain(changes: list[Change]) -> set[tuple[str, str, str]]:
    return {(c.what, c.code, c.field) for c in changes if c.field != "becomes"}


def mirrored(changes: list[Change]) -> set[tuple[str, str, str]]:
    return {(_MIRROR.get(c.what, c.what), c.code, c.field) for c in changes if c.field != "becomes"}
