# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Drafts: undo and redo against a plain list, files that survive and files that are damaged, two writers at once."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_levers_of_packs import PACKS, levers_of, scenarios_of

from aumenta.errors import ScenarioError
from aumenta.scenario.drafts import (
    Draft,
    Drafts,
    DraftState,
    StaleError,
    digest_of,
    draft_of,
    new_draft,
    values_of,
)
from aumenta.scenario.model import Assumption, load_scenario
from aumenta.values.text import Text

NAME = Text(it="Prova", en="Trial")


def state(number: int) -> DraftState:
    return DraftState(name=NAME, values={"n": number})


def draft(id: str = "trial") -> Draft:
    return Draft(id=id, action="1.1.1", territory="toy", states=[state(0)])


@given(st.lists(st.integers(1, 5) | st.sampled_from(["undo", "redo"]), max_size=40))
def test_undo_and_redo_are_those_of_a_plain_list(steps: list[int | str]) -> None:
    """Two stacks, as any editor has them."""
    made, before, after, shown = draft(), list[int](), list[int](), 0
    for step in steps:
        if step == "undo":
            made = made.moved(-1)
            if before:
                after.append(shown)
                shown = before.pop()
        elif step == "redo":
            made = made.moved(1)
            if after:
                before.append(shown)
                shown = after.pop()
        else:
            made = made.changed(state(int(step)))
            if step != shown:
                before.append(shown)
                shown, after = int(step), []
        assert made.state.values == {"n": shown}
        assert (made.can_undo, made.can_redo) == (bool(before), bool(after))
    assert Draft.model_validate_json(made.model_dump_json()) == made


def test_a_draft_survives_whoever_wrote_it(tmp_path: Path) -> None:
    first = Drafts(tmp_path).add(draft())
    assert first.revision == 1
    Drafts(tmp_path).change("trial", 1, lambda now: now.changed(state(1)))
    read = Drafts(tmp_path).load("trial")
    assert (read.revision, read.state.values, read.can_undo) == (2, {"n": 1}, True)
    back = Drafts(tmp_path).change("trial", 2, lambda now: now.moved(-1))
    assert (back.revision, back.state.values, back.can_redo) == (3, {"n": 0}, True)
    assert Drafts(tmp_path).ids() == ["trial"]
    assert [path.name for path in (tmp_path / "scenarios/drafts").iterdir()] == ["trial.json"]


def test_who_writes_over_another_revision_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.add(draft())
    drafts.change("trial", 1, lambda now: now.changed(state(1)))
    with pytest.raises(StaleError, match="somebody else"):
        drafts.change("trial", 1, lambda now: now.changed(state(2)))
    assert drafts.load("trial").state.values == {"n": 1}
    assert drafts.change("trial", 1, lambda now: now).revision == 2  # nothing to write: nothing to refuse


def test_of_many_writers_at_once_each_revision_has_one(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.add(draft())
    taken: list[int] = []

    def write(number: int) -> None:
        for _ in range(20):
            now = drafts.load("trial")
            try:
                drafts.change("trial", now.revision, lambda d: d.changed(state(number * 1000 + d.revision)))
            except StaleError:
                continue
            taken.append(now.revision)

    threads = [Thread(target=write, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == drafts.load("trial").revision - 1
    assert len(drafts.load("trial").states) == len(taken) + 1


def test_ids_that_are_used_or_are_none_are_refused(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, most=2)
    drafts.add(draft())
    with pytest.raises(ScenarioError, match="another draft has this id"):
        drafts.add(draft())
    drafts.add(draft("other"))
    with pytest.raises(ScenarioError, match="too many drafts"):
        drafts.add(draft("third"))
    with pytest.raises(ScenarioError, match="another draft has this id"):
        drafts.rename("trial", "other")
    for wrong in ("../trial", "A", "", "a" * 81, "a/b"):
        with pytest.raises(ScenarioError, match="not an id"):
            drafts.rename("trial", wrong)
        with pytest.raises(ScenarioError, match="not an id"):
            drafts.load(wrong)
    renamed = drafts.rename("trial", "new-name")
    assert (renamed.id, drafts.ids()) == ("new-name", ["new-name", "other"])


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: text.replace('"trial"', '"else"'),
        lambda text: json.dumps({**json.loads(text), "pointer": 9}),
        lambda text: json.dumps({**json.loads(text), "states": []}),
        lambda text: "[1]",
        lambda text: "\udcff\udcfe",
    ],
)
def test_a_damaged_draft_says_so_and_can_be_put_aside(tmp_path: Path, harm: Any) -> None:
    drafts = Drafts(tmp_path)
    drafts.add(draft())
    path = tmp_path / "scenarios/drafts/trial.json"
    harmed = harm(path.read_text(encoding="utf-8")).encode("utf-8", "surrogateescape")
    path.write_bytes(harmed)
    assert drafts.ids() == ["trial"]
    with pytest.raises(ScenarioError, match="cannot be read") as error:
        drafts.load("trial")
    assert error.value.problems[0].file == str(path)
    with pytest.raises(ScenarioError):
        drafts.change("trial", 1, lambda now: now.changed(state(1)))
    assert path.read_bytes() == harmed  # nobody wrote over it
    drafts.discard("trial")
    (aside,) = path.parent.iterdir()
    assert aside.read_bytes() == harmed and drafts.ids() == []


def test_history_is_bounded_and_the_oldest_go_first(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, most_states=5, most_bytes=2000)
    drafts.add(draft())
    for number in range(1, 12):
        now = drafts.load("trial")
        drafts.change("trial", now.revision, lambda d, n=number: d.changed(state(n)))  # type: ignore[misc]
    assert [one.values["n"] for one in drafts.load("trial").states] == [7, 8, 9, 10, 11]
    long = DraftState(name=NAME, values={"n": "x" * 1500})
    large = drafts.change("trial", 12, lambda d: d.changed(long))
    assert large.state == long and len(large.states) < 5
    with pytest.raises(ScenarioError, match="too much"):
        drafts.change("trial", 13, lambda d: d.changed(DraftState(name=NAME, values={"n": "x" * 3000})))
    assert drafts.load("trial").state == long


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "scenarios").write_text("a file in the place of the folder")
    with pytest.raises(ScenarioError, match="cannot be written"):
        Drafts(tmp_path).add(draft())


FILLED = [
    path
    for pack in PACKS
    for path in scenarios_of(pack)
    if load_scenario(path).template and load_scenario(path).template in levers_of(path.parent.parent.name)
]


@pytest.mark.parametrize("path", FILLED, ids=lambda path: path.stem)
def test_the_scenarios_of_packs_are_given_back_by_their_drafts(path: Path) -> None:
    scenario = load_scenario(path)
    lever = levers_of(path.parent.parent.name)[scenario.template or ""]
    assert values_of(scenario, lever) is not None
    own = draft_of(scenario, lever)
    made = own.scenario(lever)
    assert own.of == digest_of(scenario)
    assert (made.id, made.name, made.summary, made.changes, made.actions, made.template) == (
        scenario.id, scenario.name, scenario.summary, scenario.changes, scenario.actions, scenario.template,
    )  # fmt: skip
    assert {one.text.it: one.source for one in made.assumptions} == {
        one.text.it: one.source for one in scenario.assumptions
    }
    copied = draft_of(scenario, lever, "a-copy", NAME)
    assert (copied.of, copied.id, copied.scenario(lever).changes) == (None, "a-copy", scenario.changes)


def test_a_scenario_that_no_lever_gives_is_not_filled_in_again() -> None:
    scenario = load_scenario(next(path for path in FILLED if path.stem == "train-to-campana"))
    lever = levers_of("toy")["1.1.1"]
    for other in (
        scenario.model_copy(update={"changes": scenario.changes[:1]}),
        scenario.model_copy(update={"template": None}),
        scenario.model_copy(update={"actions": ["1.1.1", "1.1.2"]}),
    ):
        assert values_of(other, lever) is None
        with pytest.raises(ScenarioError):
            draft_of(other, lever)
    assert values_of(scenario, None) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(it=st.text(max_size=20), en=st.text(max_size=20))
def test_a_draft_with_a_name_in_one_language_makes_a_scenario(it: str, en: str) -> None:
    lever = levers_of("toy")["2.1.2"]
    values = {**lever.defaults(), "points": [{"id": "wood", "name": "Wood", "lon": 9.1, "lat": 44.2}]}
    extra = Assumption(text=Text(it="Il terreno c'è", en="There is ground"), source="the office")
    state = DraftState(name=Text(it=it, en=en), values=values, assumptions=[extra])
    made = new_draft(lever, "wood", NAME).changed(state)
    if not it.strip() and not en.strip():
        with pytest.raises(ScenarioError, match="no name"):
            made.scenario(lever)
        return
    scenario = made.scenario(lever)
    assert scenario.name.it.strip() and scenario.name.en.strip()
    assert scenario.assumptions[-1] == extra
