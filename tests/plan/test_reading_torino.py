# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The bundled facts of the Turin plan: how they were read, and sheets checked by eye against the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from aumenta.plan.grammar import load_grammar
from aumenta.plan.model import Action, Plan
from aumenta.plan.pack import load_plan, plan_yaml, strategy_yaml
from aumenta.plan.reading import open_document, read_document
from aumenta.store.packs import BUNDLED

TURIN = BUNDLED / "torino/plan"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(TURIN)


@pytest.mark.shared
def test_the_bundled_facts_are_what_the_reader_reads(plan: Plan, shared_dir: Path) -> None:
    document = open_document(shared_dir / "plan/psm-torino-2021-2023.txt")
    reading = read_document(document, load_grammar(TURIN), plan.about, plan.frameworks, plan.aliases)
    assert reading.unassigned == []
    assert reading.sheets == 95
    assert plan_yaml(reading.about) == (TURIN / "plan.yaml").read_text(encoding="utf-8")
    for strategy in reading.strategies:
        assert strategy_yaml(strategy) == (TURIN / f"strategies/{strategy.code}.yaml").read_text(
            encoding="utf-8"
        )


@pytest.mark.shared
def test_every_item_stands_on_its_line(plan: Plan, shared_dir: Path) -> None:
    document = open_document(shared_dir / "plan/psm-torino-2021-2023.txt")
    for action in plan.actions:
        assert action.code in document.line(action.line)
        for name in (
            "actors",
            "eu_programmes",
            "instruments",
            "superordinate",
            "pnrr",
            "cohesion",
            "bologna",
        ):
            for item in getattr(action, name):
                assert item.raw.split()[0] in document.line(item.line), (action.code, item)
        for example in action.examples:
            if example.link_line:
                assert example.url in document.line(example.link_line)


def test_it_is_whole(plan: Plan) -> None:
    assert len(plan.about.axes) == 6
    assert len(plan.strategies) == 24
    assert len(plan.actions) == 111
    counts = {axis.code: sum(a.code.startswith(axis.code) for a in plan.actions) for axis in plan.about.axes}
    assert counts == {"1": 28, "2": 28, "3": 18, "4": 12, "5": 16, "6": 9}


def names(action: Action, field: str) -> list[str]:
    return [item.name for item in getattr(action, field)]


def test_sheet_1_1_1_by_eye(plan: Plan) -> None:
    action = plan.action("1.1.1")
    assert (action.title, action.line, action.sheet) == ("Infrastruttura digitale metropolitana", 3405, 3383)
    assert [e.name for e in action.examples] == [
        "ranking digitale città italiane",
        "erudite interreg project",
    ]
    assert action.examples[0].url is not None and "forumpa.it" in action.examples[0].url
    assert names(action, "actors") == [
        "CMTo",
        "Comuni e Unioni di Comuni",
        "Imprese",
        "Ministeri competenti piano BUL",
        "Topix",
        "Regione Piemonte",
        "UNCEM",
        "ANCI Piemonte",
    ]
    assert names(action, "pnrr") == ["1.1", "1.2", "1.3"]
    assert names(action, "cohesion") == ["OP3", "OSc1"]
    assert names(action, "eu_programmes") == ["Digital EU"]
    assert names(action, "instruments") == ["Agenda digitale"]
    assert names(action, "superordinate") == ["Piano strategico Banda Ultralarga"]
    assert action.fields["bologna"].state == "none_declared"


def test_sheet_1_1_4_has_a_description_without_label(plan: Plan) -> None:
    action = plan.action("1.1.4")
    description = action.fields["description"]
    assert (description.state, description.label, description.line, description.end) == (
        "filled",
        "",
        3525,
        3527,
    )
    assert [e.name for e in action.examples] == ["rennes metropole"]
    assert names(action, "cohesion") == ["OP1", "OSa2", "OP5", "OSe1"]
    assert names(action, "instruments") == ["Agenda digitale", "PTGM"]
    assert names(action, "superordinate") == ["Piano Regionale per la Trasformazione Digitale", "PTR"]
    assert action.fields["eu_programmes"].state == "none_declared"


def test_sheet_1_2_1_lacks_two_fields(plan: Plan) -> None:
    action = plan.action("1.2.1")
    assert action.fields["pnrr"].state == action.fields["cohesion"].state == "absent"
    assert names(action, "eu_programmes") == ["Alpine Space", "Central Europe", "Horizon Europe", "ALCOTRA"]
    assert action.eu_programmes[-1].raw == "Alcotra."
    assert names(action, "instruments") == ["Tavolo permanente per la montagna", "INNOMETRO"]
    assert len(action.actors) == 12
    assert names(action, "bologna") == ["7"]


def test_sheet_3_2_1_by_eye(plan: Plan) -> None:
    action = plan.action("3.2.1")
    assert (action.title, action.line) == ("Estendere la rete ferroviaria metropolitana", 6873)
    assert action.fields["examples"].state == "empty"
    assert names(action, "actors") == [
        "Regione Piemonte",
        "CMTo",
        "Comuni e Unioni di Comuni",
        "Agenzia per la mobilità",
        "RFI",
    ]
    assert names(action, "pnrr") == ["3.2"]
    assert names(action, "pnrr_integration") == ["2", "2.2"]
    assert names(action, "cohesion") == ["OP2", "OSb1", "OSb7", "OP3", "OSc3"]
    assert names(action, "instruments") == ["PUMS"]
    assert names(action, "superordinate") == ["PRMT - Piano regionale trasporti"]
    assert names(action, "bologna") == ["1", "8"]


def test_sheet_3_1_4_keeps_a_misprint_beside_the_name(plan: Plan) -> None:
    actor = plan.action("3.1.4").actors[-1]
    assert (actor.name, actor.raw) == (
        "Aziende e gestori sharing mobility",
        "zAziende e gestori sharing mobility",
    )


def test_sheet_5_2_1_by_eye(plan: Plan) -> None:
    action = plan.action("5.2.1")
    assert action.title == "Social housing per la rivitalizzazione dei piccoli centri e delle borgate alpine"
    assert [e.name for e in action.examples] == [
        "fondo FIA2 CDP",
        "strategia nazionale aree interne",
        "vivere in montagna",
    ]
    assert all(e.url for e in action.examples)
    assert names(action, "instruments") == ["PTGM", "Tavolo permanente per la montagna"]
    assert action.instruments[1].raw == "Tavola permanente per la montagna"
    assert names(action, "superordinate") == ["Strategia Regionale per l'innovazione sociale “We.Ca.Re”"]
    assert names(action, "cohesion") == ["OP4", "OSd3", "OSd4"]


def test_sheet_6_1_1_integrates_two_missions(plan: Plan) -> None:
    action = plan.action("6.1.1")
    assert names(action, "pnrr") == ["6.2"]
    assert names(action, "pnrr_integration") == ["1", "1.1", "1.2", "4", "4.1"]
    assert names(action, "cohesion") == ["OP1", "OSa1", "OSa2", "OP4", "OS9", "OSd4"]
    assert "Parco della Salute, della Ricerca e dell'Innovazione" in names(action, "actors")


def test_sheet_2_1_3_keeps_a_law_that_looks_like_a_page_number(plan: Plan) -> None:
    raws = [item.raw for item in plan.action("2.1.3").superordinate]
    assert raws[0] == "Piano forestale regionale"
    assert raws[1].endswith("dalla legge 12 dicembre 2019, n. 141")
    assert raws[2:] == ["Strategia Forestale Nazionale (in corso di approvazione)", "Testo Unico Forestale"]


def test_sheet_6_2_6_by_eye(plan: Plan) -> None:
    action = plan.action("6.2.6")
    assert action.title == "Housing intergenerazionale"
    assert names(action, "pnrr")[0] == "6.1"
    assert [e.url for e in action.examples] == [
        "https://www.mehrgenerationenhaeuser.de/mehrgenerationenhaeuser/was-ist-ein-mehrgenerationenhaus",
        "https://www.worldgbc.org/sites/default/files/160705_Healthy_Homes_UK_full_report.pdf",
    ]


def test_the_sixth_axis_has_two_names(plan: Plan) -> None:
    axis = plan.about.axes[5]
    assert {name.name for name in axis.names} == {
        "Torino Metropoli più sana",
        "Torino Metropoli più attrattiva, giusta ed eguale",
    }


def test_the_bundled_pack_holds_no_sentence_of_the_document(plan: Plan) -> None:
    """Facts only: no value of the strategies' files is a description (names of objectives stay in frameworks)."""
    for action in plan.actions:
        assert "description" not in action.model_dump(exclude_defaults=True)
        assert all(
            len(item.raw) < 700 for name in ("cohesion", "superordinate") for item in getattr(action, name)
        )
