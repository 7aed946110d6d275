# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The reader against the toy plan typed by hand; documents that are none; links beside names."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_documents import pdf_of
from typer.testing import CliRunner

from aumenta.errors import DocumentError, PackError
from aumenta.plan.grammar import load_grammar
from aumenta.plan.model import Action, Plan
from aumenta.plan.pack import load_plan, plan_yaml, strategy_yaml
from aumenta.plan.reading import Reading, open_document, read_document
from aumenta.plan.reading.document import document_of
from aumenta.plan.reading.links import pairs
from aumenta.store.packs import BUNDLED

TOY = BUNDLED / "toy/plan"
TURIN = BUNDLED / "torino/plan"


@pytest.fixture(scope="module")
def toy() -> Plan:
    return load_plan(TOY)


def read(text: str, plan: Plan, folder: Path = TOY) -> Reading:
    return read_document(document_of(text), load_grammar(folder), plan.about, plan.frameworks, plan.aliases)


def actions_of(reading: Reading) -> dict[str, Action]:
    return {action.code: action for strategy in reading.strategies for action in strategy.actions}


def test_the_toy_document_reads_as_it_was_typed(toy: Plan) -> None:
    """The toy pack was typed by hand from its document, by another person than the reader's."""
    reading = read((TOY / "document.txt").read_text(encoding="utf-8"), toy)
    assert reading.unassigned == []
    for strategy in reading.strategies:
        assert strategy_yaml(strategy) == (TOY / f"strategies/{strategy.code}.yaml").read_text(
            encoding="utf-8"
        )
    assert plan_yaml(reading.about) == (TOY / "plan.yaml").read_text(encoding="utf-8")


words = st.text(alphabet="abcdefghilmnopqrstuvz", min_size=3, max_size=9)


def test_every_line_points_at_what_it_says(toy: Plan) -> None:
    text = (TOY / "document.txt").read_text(encoding="utf-8")
    lines = text.split("\n")
    for action in actions_of(read(text, toy)).values():
        for item in (*action.actors, *action.eu_programmes, *action.pnrr, *action.instruments):
            assert item.line is not None
            assert item.raw.split()[0] in lines[item.line - 1]


@pytest.mark.parametrize("change", ["crlf", "bom", "nbsp", "form feed"])
def test_prints_of_the_same_text_read_the_same(toy: Plan, change: str) -> None:
    text = (TOY / "document.txt").read_text(encoding="utf-8")
    other = {
        "crlf": text.replace("\n", "\r\n"),
        "bom": "\ufeff" + text,
        "nbsp": text.replace(" di ", "\u00a0di "),
        "form feed": text.replace("\nscheda", "\fscheda"),
    }[change]
    assert actions_of(read(other, toy)) == actions_of(read(text, toy))


def test_bad_documents_are_refused_with_what_to_do(tmp_path: Path, toy: Plan) -> None:
    cases = {
        "empty.txt": (b"", "no text to read"),
        "junk.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8 text"),
        "zeros.txt": (b"abc\x00def" * 100, "binary data"),
        "broken.pdf": (b"%PDF-1.4 nothing", "damaged PDF"),
        "scan.pdf": (pdf_of([""]), "no text to read"),
    }
    for name, (content, said) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DocumentError, match=said):
            open_document(tmp_path / name)
    with pytest.raises(DocumentError, match="No such file"):
        open_document(tmp_path / "absent.txt")
    with pytest.raises(DocumentError, match="no sheet found"):
        read("Un libro di cucina.\n" * 50, toy)


def test_a_truncated_document_names_the_sheets_that_are_missing(toy: Plan) -> None:
    text = (TOY / "document.txt").read_text(encoding="utf-8")
    cut = text[: text.index("strategia 2.1")]
    with pytest.raises(DocumentError, match=r"field 2\.1.*announced"):
        read(cut, toy)


def test_a_grammar_with_a_wrong_expression_names_its_row(tmp_path: Path) -> None:
    text = (TOY / "grammar.yaml").read_text(encoding="utf-8")
    (tmp_path / "grammar.yaml").write_text(text.replace("'^strategia \\d+\\.\\d+'", "'^strategia ('"))
    with pytest.raises(PackError, match=r"row \d+, field begins.*not a regular expression"):
        load_grammar(tmp_path)


def test_links_pair_in_order_only_when_they_can() -> None:
    assert pairs(["a", "b"], ["u", "v"]) == [(0, 0), (1, 1)]
    names = ["torino city lab", "senza link", "rennes metropole"]
    urls = ["https://www.torinocitylab.it", "https://x.eu/Rennes-Metropole"]
    assert pairs(names, urls) == [(0, 0), (2, 1)]
    assert pairs(["uno", "due"], ["https://x.org"]) == []


@given(st.lists(words, max_size=6), st.lists(words.map(lambda w: f"https://{w}.org"), max_size=6))
def test_pairs_keep_the_order_and_use_each_once(names: list[str], urls: list[str]) -> None:
    found = pairs(names, urls)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(found))
    assert all(n < len(names) and u < len(urls) for n, u in found)


def test_the_command_writes_all_or_nothing(tmp_path: Path) -> None:
    from aumenta.cli.app import COMMAND_MODULES, app

    if not app.registered_groups:
        import importlib

        for name in COMMAND_MODULES:
            importlib.import_module(f"aumenta.cli.{name}").register(app)
    run = CliRunner()
    into = tmp_path / "plan"
    done = run.invoke(app, ["plan", "read", str(TOY / "document.txt"), "--pack", "toy", "--into", str(into)])
    assert done.exit_code == 0, done.output
    assert load_plan(into).strategies == load_plan(TOY).strategies
    cut = tmp_path / "cut.txt"
    text = (TOY / "document.txt").read_text(encoding="utf-8")
    cut.write_text(text[: len(text) // 2], encoding="utf-8")
    failed = run.invoke(app, ["plan", "read", str(cut), "--pack", "toy", "--into", str(tmp_path / "other")])
    assert isinstance(failed.exception, DocumentError)
    assert not (tmp_path / "other").exists()
