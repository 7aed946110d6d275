# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Notes of a build in Italian: every note that the code can make has its words, numbers keep their values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import aumenta
from aumenta.web.note_words import NoteWords, _file, known, note_text, sentence

CODE = Path(aumenta.__file__).parent
#: Where notes are made: the calls `note(...)`, `notes.append(...)`, and all sentences of these functions.
MAKERS = {
    "network/osm_streets.py": {"_notes", "_elevation_notes", "_largest", "read_osm"},
    "network/compile.py": {"_beyond", "beyond_reach"},
    "network/gtfs/report.py": {"in_brief"},
    "territory/cells.py": {"_notes", "_jobs"},
    "territory/fetching/overlay.py": {"notes"},
    "twin/network_stage.py": {"_friction", "_timetable"},
}
#: Parts of sentences that stand in others, or are sentences of elsewhere.
BARE = {"7: 7", "7 of 7"}


def sample(node: ast.expr) -> str | None:
    """A sentence as it may be, its values numbers; None for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_part, node.values))
    return None


def _part(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.FormattedValue)
    return "7 of 7" if isinstance(node.value, ast.Name) and node.value.id == "of" else "7"


def notes_of(path: Path, functions: set[str]) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner = node.func.value
            if node.func.attr == "note" or (
                node.func.attr == "append" and isinstance(owner, ast.Name) and owner.id == "notes"
            ):
                nodes.append(node.args[0])
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            nodes += [e for child in ast.walk(node) if isinstance(child, ast.List) for e in child.elts]
            nodes += [
                child.elt for child in ast.walk(node) if isinstance(child, ast.GeneratorExp | ast.ListComp)
            ]
            nodes += [child.value for child in ast.walk(node) if isinstance(child, ast.Assign)]
    texts = {sample(node) for node in nodes} - {None}
    return (text for text in sorted(map(str, texts)) if len(text.split()) > 2)


def every_note() -> list[tuple[str, str]]:
    files = {*MAKERS, *(str(p.relative_to(CODE)) for p in (CODE / "network/gtfs").glob("*.py"))}
    return [
        (file, note)
        for file in sorted(files)
        for note in notes_of(CODE / file, MAKERS.get(file, set()))
        if not note.endswith("nodes (7 %)")  # the beginning of three notes
    ]


def test_every_note_of_the_code_has_its_italian() -> None:
    found = every_note()
    assert len(found) > 35
    assert [(file, note) for file, note in found if not known(note) and note not in BARE] == []


def test_the_kinds_name_the_same_values() -> None:
    file: NoteWords = _file()
    for kind in file.notes:
        names = re.findall(r"\{(\w+)\}", kind.en)
        assert sorted(names) == sorted(re.findall(r"\{(\w+)\}", kind.it)) and len(names) == len(set(names))


@pytest.mark.parametrize(
    ("note", "italian"),
    [
        (
            "Persons employed are missing for 4 of 312 municipalities: 001007, 001121.",
            "Gli addetti mancano in 4 comuni su 312: 001007, 001121.",
        ),
        (
            "gtt/stop_times.txt: calls without a time, interpolated along their trip: 125,271 of 130,019",
            "gtt/stop_times.txt: passaggi senza orario, interpolati lungo la corsa: 125.271 su 130.019",
        ),
        (
            "car: the largest connected part has 3 of 9 nodes (33.3 %); 2 other parts with 6 nodes were cut.",
            "car: la parte connessa più grande ha 3 nodi su 9 (33,3 %); altre 2 parti con 6 nodi sono tagliate.",
        ),
        (
            "12345 nodes beyond the territory are left out",
            "12.345 nodi oltre il territorio sono lasciati fuori",
        ),
        ("something that nobody wrote", "something that nobody wrote"),
    ],
)
def test_values_are_taken_over(note: str, italian: str) -> None:
    text = note_text(note)
    assert (text.it, text.en) == (italian.replace("car:", "l'auto:"), note)


def test_a_sentence_begins_large_but_a_file_keeps_its_name() -> None:
    assert (
        sentence("no timetable: public transport is missing").it == "Nessun orario: i mezzi pubblici mancano"
    )
    assert sentence("car: no street of the file may be used.").it.startswith("L'auto: ")
    assert sentence("gtt/stops.txt: is empty").it == "gtt/stops.txt: è vuoto"


def test_the_page_speaks_one_language(client: TestClient) -> None:
    italian, english = client.get("/it/metodo").text, client.get("/en/method").text
    assert "Le strade sono stimate dalle celle" in italian and "treets are estimated" not in italian
    assert "Streets are estimated from the cells" in english
