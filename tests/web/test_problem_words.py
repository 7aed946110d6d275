# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Problems in the language of the page: every message that the code can make has its words, places count from 1."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import aumenta
from aumenta.errors import Problem, ScenarioError
from aumenta.scenario.lever_values import Kind, value_problems
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.web.i18n import LOCALES, Language
from aumenta.web.problem_places import FIELDS, ITEMS
from aumenta.web.problem_words import FILES as CATALOGUES
from aumenta.web.problem_words import known, problem_text, problem_texts, translated

CODE = Path(aumenta.__file__).parent
IT, EN = Language("it"), Language("en")
FILES = [
    *sorted((CODE / "scenario").glob("*.py")),
    *sorted((CODE / "twin").glob("scenario*.py")),
    CODE / "store/yaml_files.py",
    CODE / "twin/reopened.py",
    CODE / "web/scenario_runs.py",
    CODE / "web/scenario_data.py",
    CODE / "web/readying.py",
    *sorted((CODE / "siting").glob("*.py")),
    *sorted((CODE / "twin").glob("siting*.py")),
    *sorted((CODE / "portfolio").glob("*.py")),
    *sorted((CODE / "twin").glob("portfolio*.py")),
    CODE / "web/portfolio_asked.py",
    CODE / "web/jobs.py",
]
#: Fields of Problem by position.
_FIELDS = ("message", "file", "row", "field", "found", "expected", "code")
#: Errors whose text becomes the message of a problem, or its summary.
ERRORS = {
    "ValueError",
    "ScenarioError",
    "SitingError",
    "PortfolioError",
    "StaleError",
    "PackError",
    "AccessError",
    "TwinError",
    "BusyError",
    "AumentaError",
}
#: Text that stands for what varies.
VARIES = "x7"
#: Messages that the code takes from elsewhere: other problems, the system, the parser, pydantic. Each is tested below.
FROM_ELSEWHERE = {
    "problem.message", "message", "str(error)", "error.strerror or str(error)", "error.strerror or 'cannot be read'",
    "what",
    "str(error.reason)", "error.summary", "item['msg']", "item['msg'].removeprefix('Value error, ')",
    "'; '.join(map(str, problems))",
    "'; '.join((str(one) for one in problems))", "self.summary", "summary",
}  # fmt: skip


def nouns() -> list[str]:
    """Sorts of things that can be unknown: the first argument of Known."""
    found = {"place", "municipality"}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and "Known" in ast.unparse(node.func):
                first = node.args[0]
                found |= {str(first.value)} if isinstance(first, ast.Constant) else set()
    return sorted(found)


class Texts:
    """Texts that an expression of a function may have."""

    def __init__(self, function: ast.AST) -> None:
        self.assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.assigned.setdefault(node.targets[0].id, []).append(node.value)
            if isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
                self._loop(node.target, node.iter)

    def _loop(self, target: ast.Tuple, values: ast.expr) -> None:
        for one in values.elts if isinstance(values, ast.Tuple | ast.List) else []:
            if isinstance(one, ast.Tuple):
                for name, value in zip(target.elts, one.elts, strict=True):
                    self.assigned.setdefault(ast.unparse(name), []).append(value)

    def of(self, node: ast.expr, depth: int = 0) -> list[str]:  # noqa: PLR0911 - a case for each sort of node
        """Every text, with VARIES for what is none; empty for what cannot be told."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.IfExp):
            return self.of(node.body, depth) + self.of(node.orelse, depth)
        if isinstance(node, ast.BoolOp):
            return [text for one in node.values for text in self.of(one, depth)]
        if isinstance(node, ast.BinOp):
            return [a + b for a in self.part(node.left, depth) for b in self.part(node.right, depth)]
        if isinstance(node, ast.JoinedStr):
            return [
                "".join(parts) for parts in itertools.product(*(self.part(v, depth) for v in node.values))
            ]
        if isinstance(node, ast.Name) and depth < 4:
            return [text for one in self.assigned.get(node.id, []) for text in self.of(one, depth + 1)]
        return []

    def part(self, node: ast.expr, depth: int) -> list[str]:
        if isinstance(node, ast.FormattedValue):
            if ast.unparse(node.value) == "self.noun":
                return nouns()
            node = node.value
        return self.of(node, depth) or [VARIES]


def calls(path: Path) -> Iterator[tuple[Texts, ast.Call]]:
    """Calls of a file, each with the texts of the innermost function around it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))

    def walk(node: ast.AST, texts: Texts) -> Iterator[tuple[Texts, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            own = Texts(child) if isinstance(child, ast.FunctionDef) else texts
            if isinstance(child, ast.Call):
                yield own, child
            yield from walk(child, own)

    return walk(tree, Texts(ast.Module([], [])))


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def messages() -> Iterator[tuple[str, str]]:
    """Every message of problems and every text of errors, with its file."""
    for path in FILES:
        for texts, call in calls(path):
            if named(call) not in {"Problem", *ERRORS} or not (call.args or call.keywords):
                continue
            node = call.args[0] if call.args else call.keywords[0].value
            found = texts.of(node)
            source = ast.unparse(node)
            if not found and source not in FROM_ELSEWHERE and not source.isupper():
                yield path.name, f"not a text: {source}"
            yield from ((path.name, text) for text in found)
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) in {"SUMMARY", "said"}:
                yield from ((path.name, text) for text in Texts(one).of(one.value))


def sayings() -> Iterator[tuple[str, str]]:
    """What was found and what was expected, where that has words of the code."""
    for path in FILES:
        for texts, call in calls(path):
            if named(call) == "Problem":
                given = dict(zip(_FIELDS, call.args, strict=False))
                given |= {str(one.arg): one.value for one in call.keywords}
                for name in ("found", "expected"):
                    if name in given:
                        yield from ((path.name, text) for text in texts.of(given[name]))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "would_change":
                assert isinstance(node.value, ast.Constant)
                yield path.name, str(node.value.value)


def test_every_message_has_its_italian() -> None:
    found = sorted(set(messages()))
    assert len(found) > 150
    assert [(file, text) for file, text in found if not known(text, "it")] == []


def test_so_have_the_words_of_what_was_found_and_expected() -> None:
    bare = {VARIES, "", "''", f"{VARIES}, {VARIES}", f"{VARIES} ({VARIES})"}
    worded = {(file, text) for file, text in sayings() if text not in bare and " " in text}
    assert len(worded) > 45
    assert sorted((file, text) for file, text in worded if not known(text, "it")) == []


def test_every_field_of_a_scenario_has_words() -> None:
    names: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            names.update(part.get("properties", {}))
            names.update(part.get("propertyNames", {}).get("enum", []))
        for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else []:
            walk(one)

    walk(Scenario.model_json_schema())
    assert len(names) > 60
    assert names - set(FIELDS) == set()
    assert set(ITEMS) <= set(FIELDS)


def test_its_catalogue_leaves_the_words_of_others_alone() -> None:
    own: dict[str, str] = {}
    others: dict[str, str] = {}
    for path in sorted((LOCALES / "it").glob("*.po")):
        with path.open("rb") as stream:
            entries = {str(one.id): str(one.string) for one in read_po(stream, locale="it") if one.id}
        (own if path.match(CATALOGUES) else others).update(entries)
    assert {text for text in own if others.get(text, own[text]) != own[text]} == set()


VALUES: list[Any] = [None, True, 3, 1e9, -5, float("inf"), "x", "", "x" * 500, [], [1], [[1, 2]], [-500, 900], {},
          {"id": "A b"}, {"from": "25:99", "until": 7, "headway": -1},
          [{"from": "7:00", "until": "6", "headway": 0, "more": 1}],
          [{"id": "a", "name": "", "lon": 900, "lat": "north"}], {"polygon": [[1, 2]]},
          {"municipalities": []}]  # fmt: skip


@pytest.mark.parametrize("kind", get_args(Kind))
def test_faults_of_values_are_told_in_italian(kind: Kind) -> None:
    for value in VALUES:
        for problem in value_problems(kind, value, (2, 2), "parameters.own"):
            assert known(problem.message, "it"), problem
            assert problem_text(problem, IT, {"own": "Fermate"}).where.startswith("Fermate")


def test_faults_of_every_kind_of_change_are_told_in_italian() -> None:
    """Fields of every change are filled with every sort of wrong value."""
    schema = Scenario.model_json_schema()
    kinds = schema["properties"]["changes"]["items"]["discriminator"]["mapping"]
    with pytest.raises(ScenarioError) as error:
        parse_scenario({"changes": [{}, 7, {"kind": "none"}], "assumptions": [{"text": 1}, 2]})
    lacking = {one.message for one in error.value.problems if not known(one.message, "it")}
    for kind, ref in kinds.items():
        fields = schema["$defs"][ref.rsplit("/", 1)[1]]["properties"]
        for value in [*VALUES, "nan", {"car": -1}]:
            change = {"kind": kind, **{name: value for name in fields if name != "kind"}, "extra": 1}
            data = {"id": "X", "territory": "toy", "name": {"it": "", "en": 3}, "changes": [change]}
            with pytest.raises(ScenarioError) as error:
                parse_scenario(data)
            lacking |= {one.message for one in error.value.problems if not known(one.message, "it")}
    assert lacking == set()


def test_faults_of_a_file_are_told_in_italian(tmp_path: Path) -> None:
    from aumenta.scenario.model import load_scenario

    path = tmp_path / "own.yaml"
    broken = ["a: b: c", "a: [1, 2", "a: {b: 1", "- a\nb: c", "a:\n\t- b", "a: *b", "a: 'x", "a: @b",
              "a: 1\n c: 2", "x: }", "a: 1\na: 2", "--- a\n--- b", "[" * 200, "", "- 1", "a: &x 1\nb: 2021-13-45",
              "\u0007", 'a: "\\q"']  # fmt: skip
    for text in broken:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as error:
            load_scenario(path)
        for one in error.value.problems:
            assert known(one.message, "it"), (text, one.message)
    path.write_bytes(b"a: \xff")
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    assert all(known(one.message, "it") for one in error.value.problems)


@pytest.mark.parametrize(
    ("problem", "italian", "english"),
    [
        (
            Problem("no such stop", field="changes[2].stops[1]", found="Alva", expected="a (Alba)"),
            ("modifica 3, fermata 2", "Fermata sconosciuta", "Alva", "a (Alba)"),
            ("change 3, stop 2", "No such stop", "Alva", "a (Alba)"),
        ),
        (
            Problem("two changes set the same thing", field="changes[3].line", found="R1",
                    expected="one change only: changes[1] already does"),
            ("modifica 4, linea", "Due modifiche fissano la stessa cosa", "R1",
             "una sola modifica: lo fa già la modifica 2"),
            ("change 4, line", "Two changes set the same thing", "R1", "one change only: change 2 already does"),
        ),
        (
            Problem("beyond what is allowed", field="parameters.stops", found="1 items",
                    expected="at least 2 and at most 5.5 items"),
            ("parametro stops", "Oltre quello che è ammesso", "voci: 1", "da 2 a 5,5 voci"),
            ("parameter stops", "Beyond what is allowed", "1 items", "at least 2 and at most 5.5 items"),
        ),
        (
            Problem("Field required", row=12, field="changes[0].service[1].headway"),
            ("riga 12, modifica 1, periodo 2, intervallo tra le corse", "Manca questo campo", "", ""),
            ("row 12, change 1, period 2, headway", "Field required", "", ""),
        ),
        (
            Problem("not decided yet", field="parameters.own", expected="Stop of the line (stop)"),
            ("parametro own", "Non ancora deciso", "", ""),
            ("parameter own", "Not decided yet", "", "Stop of the line (stop)"),
        ),
        (
            Problem("people that no site is within 20 minutes of", field="share",
                    found="15,901 of 101,622: Uno (5,910), Due (925)",
                    expected="share: at most 0.843; or more candidates, or more minutes"),
            ("quota di persone", "Ci sono persone che non hanno nessun luogo entro 20 minuti",
             "15.901 su 101.622: Uno (5.910), Due (925)",
             "quota: al massimo 0,843; oppure più candidati, o più minuti"),
            ("share of people", "People that no site is within 20 minutes of",
             "15,901 of 101,622: Uno (5,910), Due (925)", "share: at most 0.843; or more candidates, or more minutes"),
        ),
        (
            Problem("outside the territory", field="lon, lat", found="7.1, 45.2"),
            ("longitudine, latitudine", "Fuori dal territorio", "7.1, 45.2", ""),
            ("longitude, latitude", "Outside the territory", "7.1, 45.2", ""),
        ),
    ],
)  # fmt: skip
def test_a_problem_in_words(problem: Problem, italian: tuple[str, ...], english: tuple[str, ...]) -> None:
    for language, words in ((IT, italian), (EN, english)):
        told = problem_text(problem, language)
        assert (told.where, told.message, told.found, told.expected) == words
        assert told.language == language.code


def test_a_message_of_no_kind_stays_and_says_its_language() -> None:
    told = problem_text(Problem("something that nobody wrote"), IT)
    assert (told.message, told.language) == ("Something that nobody wrote", "en")


def test_an_error_without_problems_tells_its_summary() -> None:
    assert [one.message for one in problem_texts(ScenarioError("The run was not found."), IT)] == [
        "Il calcolo non è stato trovato."
    ]


def test_systems_words_for_a_full_disk_are_known() -> None:
    import errno
    import os

    for number in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENOENT):
        assert known(os.strerror(number), "it")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=40))
def test_any_text_gives_words(message: str, found: str, expected: str, field: str) -> None:
    for language in (IT, EN):
        told = problem_text(Problem(message, field=field, found=found, expected=expected), language)
        assert isinstance(told.message, str) and len(told.found) <= 160
        assert "changes[0]" not in told.expected


@given(st.from_regex(r"[A-Za-z0-9 ()'.:-]{1,30}", fullmatch=True))
def test_what_varies_is_taken_over(name: str) -> None:
    told = translated(f"the line {name} does not call there", IT)
    assert told is not None and re.fullmatch(r"la linea .+ non vi ferma", told)
    if " " not in name and not re.fullmatch(r"-?[0-9.]+", name):
        assert name in told


def test_the_samples_are_of_this_parser() -> None:
    """The words of the parser that is installed are those that were translated."""
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load("a: b: c")
    with pytest.raises(ValidationError) as error:
        TypeAdapter(int).validate_python("x")
    assert known(error.value.errors()[0]["msg"], "it")
