# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan's folder: what loads, what is refused and how it is said, and that writing is canonical."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import PackError
from aumenta.plan import model, pack
from aumenta.plan.pack import json_schemas, load_plan, plan_files, save_plan
from aumenta.store.packs import BUNDLED
from aumenta.store.yaml_files import read_yaml

TOY = BUNDLED / "toy" / "plan"
DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOY, tmp_path / "plan"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def problems(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        load_plan(folder)
    return [str(problem).replace(str(folder) + os.sep, "") for problem in caught.value.problems]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_loaded_and_saved_gives_the_same_bytes(folder: Path) -> None:
    before = tree(folder)
    assert save_plan(load_plan(folder), folder) == []
    (folder / "strategies" / "1.1.yaml").write_text(
        (folder / "strategies" / "1.1.yaml")
        .read_text()
        .replace("title: Autobus a chiamata", "title: 'Autobus a chiamata'")
    )
    assert [p.name for p in save_plan(load_plan(folder), folder)] == ["1.1.yaml"]
    assert tree(folder) == before


def test_saving_elsewhere_gives_the_same_plan_and_leaves_other_files_alone(tmp_path: Path) -> None:
    plan = load_plan(TOY)
    other = tmp_path / "plan"
    (other / "strategies").mkdir(parents=True)
    (other / "strategies" / "9.9.yaml").write_text("old: true\n")
    (other / "grammar.yaml").write_text("kept: true\n")
    save_plan(plan, other)
    assert load_plan(other) == plan
    assert (other / "grammar.yaml").read_text() == "kept: true\n"
    assert not (other / "strategies" / "9.9.yaml").exists()
    assert not list(other.glob(".writing-*"))


def test_all_problems_at_once_with_file_row_and_field(folder: Path) -> None:
    edit(folder / "strategies" / "1.1.yaml", 'code: "1.1.2"', 'code: "1.1.1"')
    edit(folder / "strategies" / "1.2.yaml", 'code: "1.2.3"', 'code: "2.1.3"')
    edit(folder / "strategies" / "2.1.yaml", 'axis: "2"', 'axis: "7"')
    edit(folder / "editorial" / "2.1.yaml", '"2.1.2"', '"2.1.9"')
    edit(folder / "plan.yaml", "period:", "periode:")
    found = problems(folder)
    rows = {line.split(":")[0] for line in found}
    text = "\n".join(found)
    row_of_code = (folder / "strategies" / "1.1.yaml").read_text().splitlines().index('  - code: "1.1.1"') + 1
    second = (folder / "strategies" / "1.1.yaml").read_text().splitlines().index(
        '  - code: "1.1.1"', row_of_code
    ) + 1
    assert f"strategies/1.1.yaml, row {second}, field actions.1.code" in rows
    assert "code given twice (found 1.1.1)" in text
    assert "action under the wrong strategy (found 2.1.3; expected 1.2.N)" in text
    assert "plan.yaml, row 3, field period: Field required" in text
    assert "field periode: Extra inputs are not permitted" in text
    assert "no such action in the strategy (found 2.1.9)" in text
    assert "no such action in the strategy (found 1.2.3)" in text  # editorial of the action that moved


def test_an_unknown_axis_and_broken_references_are_refused(folder: Path) -> None:
    edit(folder / "strategies" / "2.1.yaml", 'axis: "2"', 'axis: "7"')
    path = folder / "strategies" / "1.1.yaml"
    edit(
        path,
        "    title: Autobus a chiamata\n",
        '    title: Autobus a chiamata\n    becomes: ["9.9.9"]\n    since: "1999"\n',
    )
    found = "\n".join(problems(folder))
    assert "no such axis in plan.yaml (found 7; expected 1, 2)" in found
    assert "field actions.1.becomes.0: no such action (found 9.9.9)" in found
    assert "field actions.1.since: no such revision in plan.yaml (found 1999)" in found


def test_an_unknown_framework_code_is_no_load_error(folder: Path) -> None:
    assert any(item.name == "OSx9" for item in load_plan(folder).action("1.2.2").cohesion)


#: Thirty lists, each holding the one before three times: few bytes that unfold to 3^30 entries.
UNFOLDING = b"a0: &a0 [0,0]\n" + b"".join(
    b"a%d: &a%d [*a%d,*a%d,*a%d]\n" % (n, n, n - 1, n - 1, n - 1) for n in range(1, 30)
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"code: '1.1'\ncode: '1.2'\n", "row 2, field code: key given twice"),
        (b"a: [1, 2\n", "row 2"),
        (b"a: \xff\n", "byte 3"),
        (b"a: &x [1]\nb: [" + b"*x, " * 200 + b"*x]\n", "too many aliases"),
        (b"a: &x [*x]\n", "aliases unfold without bound"),
        (b"&x [*x]\n", "aliases unfold without bound"),
        (UNFOLDING, "aliases unfold without bound"),
        (b"!!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        (b"since: 2024-13-45\n", "month must be in 1..12"),
        (b"[" * 900 + b"]" * 900, "nested too deeply"),
        (b"[" * 3000 + b"]" * 3000, "row 1"),
        (b"? [a]\n: b\n", "found unhashable key"),
        (b"", "valid dictionary"),
    ],
)  # fmt: skip
def test_broken_yaml_is_one_clear_message(folder: Path, content: bytes, said: str) -> None:
    (folder / "strategies" / "1.1.yaml").write_bytes(content)
    found = "\n".join(problems(folder))
    assert "strategies/1.1.yaml" in found
    assert said in found


def test_a_missing_folder_and_a_missing_file_are_said(tmp_path: Path, folder: Path) -> None:
    assert problems(tmp_path / "none")[0].endswith("no such folder (expected a folder with plan.yaml)")
    (folder / "plan.yaml").unlink()
    assert problems(folder) == ["plan.yaml: no such file"]


def test_a_failed_write_leaves_the_old_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = load_plan(folder)
    changed = plan.model_copy(
        update={"strategies": [s.model_copy(update={"title": s.title + "!"}) for s in plan.strategies]}
    )
    before = tree(folder)
    real = Path.replace

    def full_disk(self: Path, target: Path) -> Path:
        if target.name == "2.1.yaml":
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(PackError, match="what was there is unchanged"):
        save_plan(changed, folder)
    assert tree(folder) == before


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    [
        "1.10",
        "n",
        "yes",
        "~",
        "- a",
        "# b",
        "a: b",
        " lead",
        "2024-01-01",
        "'",
        '"',
        "1e3",
        "0x1",
        "è\u2028x",
        "\ufeffx",
        "=1",
    ]
)
items = st.builds(model.Item, name=texts, raw=texts, line=st.none() | st.integers(1, 9999))


@settings(max_examples=20, deadline=None)
@given(st.lists(items, max_size=4), st.lists(texts, max_size=3), texts)
def test_any_text_survives_saving(
    tmp_path_factory: pytest.TempPathFactory, actors: list[model.Item], names: list[str], title: str
) -> None:
    plan = load_plan(TOY)
    strategy = plan.strategies[0]
    action = strategy.actions[0].model_copy(
        update={
            "actors": actors,
            "title": title,
            "examples": [model.Example(name=n, raw=n, url=n) for n in names],
        }
    )
    changed = plan.model_copy(
        update={
            "strategies": [
                strategy.model_copy(update={"actions": [action, *strategy.actions[1:]]}),
                *plan.strategies[1:],
            ]
        }
    )
    folder = tmp_path_factory.mktemp("plan")
    save_plan(changed, folder)
    again = load_plan(folder)
    assert again == changed
    assert plan_files(again) == plan_files(changed)


def test_rows_are_those_of_the_python_parser() -> None:
    """The fast parser gives the same rows as a walk over PyYAML's own event marks in pure Python."""
    path = TOY / "strategies" / "1.1.yaml"
    rows = read_yaml(path)[1]
    lines = path.read_text().splitlines()
    for at, row in rows.items():
        if at and isinstance(at[-1], str):
            assert lines[row - 1].lstrip("- ").startswith(f"{at[-1]}:")
    node = yaml.compose(path.read_text(), Loader=yaml.SafeLoader)
    assert rows[()] == node.start_mark.line + 1


def test_schemas_in_docs_are_those_of_the_models() -> None:
    for name, schema in json_schemas().items():
        stored = json.loads((DOCS / "schemas" / "plan" / name).read_text())
        assert stored == schema, f"run `aumenta plan schema --into docs/schemas/plan` ({name})"


def test_every_field_of_the_schema_is_documented() -> None:
    text = (DOCS / "plan.md").read_text()
    models = [
        value
        for value in vars(model).values()
        if isinstance(value, type) and issubclass(value, model._Strict)
    ]
    missing = [
        f"{kind.__name__}.{field}"
        for kind in [*models, pack.AliasFile]
        if kind is not model._Strict
        for field in kind.model_fields
        if f"`{field}`" not in _section(text, kind.__name__)
    ]
    assert missing == []


def _section(text: str, name: str) -> str:
    head = f"### {name}\n"
    assert head in text, f"docs/plan.md has no section {name}"
    return text.split(head, 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
