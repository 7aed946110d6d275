# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan's folder of a pack: load it with every problem at once, write it canonically.

    plan.yaml  aliases.yaml  frameworks/<id>.yaml  strategies/<code>.yaml  editorial/<code>.yaml

Other files of the folder (the document's grammar, notes) are left alone. The same plan gives the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from aumenta.errors import PackError, Problem
from aumenta.plan.model import (
    ITEM_FIELDS,
    Alias,
    Framework,
    Plan,
    PlanFile,
    Strategy,
    StrategyEditorial,
)
from aumenta.store.yaml_files import dump_yaml, read_yaml, validate

HEADER = ("SPDX-FileCopyrightText: 2026 The Aumenta authors", "SPDX-License-Identifier: EUPL-1.2")
#: Folders of the plan whose every `*.yaml` belongs to it.
FOLDERS = ("frameworks", "strategies", "editorial")

_FIELD_ORDER = {name: number for number, name in enumerate(("description", *ITEM_FIELDS))}
_Model = TypeVar("_Model", bound=BaseModel)


class AliasFile(BaseModel):
    """`aliases.yaml`: normalised names and the spellings that the document uses for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    aliases: list[Alias] = []


#: Name of each file's schema -> its model; `aumenta plan schema` writes them.
FILE_MODELS: dict[str, type[BaseModel]] = {
    "plan": PlanFile,
    "aliases": AliasFile,
    "framework": Framework,
    "strategy": Strategy,
    "editorial": StrategyEditorial,
}


def code_key(code: str) -> tuple[int, ...]:
    """Order of codes as people count: 1.2 before 1.10.

    >>> sorted(["1.10", "1.2"], key=code_key)
    ['1.2', '1.10']
    """
    return tuple(int(part) for part in code.split("."))


# --- load --------------------------------------------------------------------------------


class _Reader:
    """Reads files one after the other and keeps what is wrong with each instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def one(self, model: type[_Model], path: Path) -> _Model | None:
        try:
            return validate(model, path)
        except PackError as error:
            self.problems.extend(error.problems)
            return None

    def all(self, model: type[_Model], name: str) -> dict[Path, _Model]:
        found: dict[Path, _Model] = {}
        for path in sorted((self.folder / name).glob("*.yaml")):
            value = self.one(model, path)
            if value is not None:
                found[path] = value
        return found

    def report(
        self, message: str, path: Path, at: tuple[str | int, ...], found: str, expected: str | None = None
    ) -> None:
        """A fault between files; the row is looked up now, since only faults need rows."""
        rows = read_yaml(path)[1]
        near = at
        while near and near not in rows:
            near = near[:-1]
        field = ".".join(str(part) for part in at) or None
        self.problems.append(
            Problem(message, str(path), rows.get(near), field, found=found, expected=expected)
        )


def load_plan(folder: Path) -> Plan:
    """Read a plan's folder into a `Plan`, strategies and actions in the order of their codes.

    Raises `PackError` with all the problems of all the files: what does not follow the schema, codes given
    twice, an action in the file of another strategy, an axis that does not exist, `becomes`, `since` and
    editorial that name what is not there. A framework code that does not exist is a defect of the plan
    (`aumenta plan check`), no problem here.
    """
    if not folder.is_dir():
        problem = Problem("no such folder", str(folder), expected="a folder with plan.yaml")
        raise PackError("The plan was not found.", [problem])
    reader = _Reader(folder)
    about = reader.one(PlanFile, folder / "plan.yaml")
    alias_path = folder / "aliases.yaml"
    aliases = reader.one(AliasFile, alias_path) if alias_path.exists() else AliasFile()
    frameworks = reader.all(Framework, "frameworks")
    strategies = reader.all(Strategy, "strategies")
    editorial = reader.all(StrategyEditorial, "editorial")
    _check_axes(reader, about)
    _check_frameworks(reader, frameworks)
    _check_strategies(reader, strategies, about)
    _check_editorial(reader, editorial, strategies)
    if reader.problems or about is None or aliases is None:
        raise PackError("The plan cannot be used as it is.", reader.problems)
    return Plan(
        about=about,
        strategies=[_sorted_actions(s) for s in sorted(strategies.values(), key=lambda s: code_key(s.code))],
        editorial={e.strategy: e for e in sorted(editorial.values(), key=lambda e: code_key(e.strategy))},
        frameworks={f.id: f for f in sorted(frameworks.values(), key=lambda f: f.id)},
        aliases=aliases.aliases,
    )


def _sorted_actions(strategy: Strategy) -> Strategy:
    actions = sorted(strategy.actions, key=lambda action: code_key(action.code))
    return strategy if actions == strategy.actions else strategy.model_copy(update={"actions": actions})


def _check_axes(reader: _Reader, about: PlanFile | None) -> None:
    path = reader.folder / "plan.yaml"
    for name in ("axes", "revisions"):
        seen: set[str] = set()
        for number, entry in enumerate(getattr(about, name, ())):
            key = "code" if name == "axes" else "id"
            value = getattr(entry, key)
            if value in seen:
                reader.report(f"{key} given twice", path, (name, number, key), value)
            seen.add(value)


def _check_frameworks(reader: _Reader, frameworks: Mapping[Path, Framework]) -> None:
    for path, framework in frameworks.items():
        if framework.id != path.stem:
            reader.report("the file is named after its framework", path, ("id",), framework.id, path.stem)
        codes: set[str] = set()
        for number, item in enumerate(framework.items):
            if item.code in codes:
                reader.report("framework code given twice", path, ("items", number, "code"), item.code)
            codes.add(item.code)
        for number, item in enumerate(framework.items):
            if item.parent is not None and item.parent not in codes:
                reader.report(
                    "no such parent in the framework", path, ("items", number, "parent"), item.parent
                )


def _check_strategies(reader: _Reader, strategies: Mapping[Path, Strategy], about: PlanFile | None) -> None:
    axes = {axis.code for axis in about.axes} if about else None
    revisions = {revision.id for revision in about.revisions} if about else None
    known = {action.code for strategy in strategies.values() for action in strategy.actions}
    for path, strategy in strategies.items():
        if strategy.code != path.stem:
            reader.report("the file is named after its strategy", path, ("code",), strategy.code, path.stem)
        if axes is not None and strategy.axis not in axes:
            reader.report(
                "no such axis in plan.yaml", path, ("axis",), strategy.axis, ", ".join(sorted(axes))
            )
        elif strategy.axis != strategy.code.split(".")[0]:
            reader.report(
                "a strategy's code begins with its axis", path, ("axis",), strategy.axis, strategy.code
            )
        seen: set[str] = set()
        for number, action in enumerate(strategy.actions):
            at = ("actions", number)
            if action.code in seen:
                reader.report("action code given twice", path, (*at, "code"), action.code)
            seen.add(action.code)
            if action.code.rsplit(".", 1)[0] != strategy.code:
                reader.report(
                    "action under the wrong strategy", path, (*at, "code"), action.code, strategy.code + ".N"
                )
            for place, code in enumerate(action.becomes):
                if code not in known:
                    reader.report("no such action", path, (*at, "becomes", place), code)
            if action.since is not None and revisions is not None and action.since not in revisions:
                reader.report("no such revision in plan.yaml", path, (*at, "since"), action.since)


def _check_editorial(
    reader: _Reader, editorial: Mapping[Path, StrategyEditorial], strategies: Mapping[Path, Strategy]
) -> None:
    unread = {path.stem for path in (reader.folder / "strategies").glob("*.yaml")} - {
        p.stem for p in strategies
    }
    actions = {s.code: {a.code for a in s.actions} for s in strategies.values()}
    for path, notes in editorial.items():
        if notes.strategy != path.stem:
            reader.report(
                "the file is named after its strategy", path, ("strategy",), notes.strategy, path.stem
            )
        if notes.strategy in unread:
            continue  # the strategy's own file has problems, which are reported
        if notes.strategy not in actions:
            reader.report("no such strategy", path, ("strategy",), notes.strategy)
            continue
        for field in ("actions", "titles_en"):
            for code in getattr(notes, field):
                if code not in actions[notes.strategy]:
                    reader.report("no such action in the strategy", path, (field, code), code)


# --- save --------------------------------------------------------------------------------


def plan_files(plan: Plan) -> dict[str, str]:
    """Every file of the plan's folder as canonical text, by its path in the folder."""
    files = {"plan.yaml": plan_yaml(plan.about), "aliases.yaml": aliases_yaml(plan.aliases)}
    files |= {f"frameworks/{f.id}.yaml": framework_yaml(f) for f in plan.frameworks.values()}
    files |= {f"strategies/{s.code}.yaml": strategy_yaml(s) for s in plan.strategies}
    files |= {f"editorial/{e.strategy}.yaml": editorial_yaml(e) for e in plan.editorial.values()}
    return files


def plan_yaml(about: PlanFile) -> str:
    """`plan.yaml` as canonical text."""
    return _yaml(about)


def aliases_yaml(aliases: list[Alias]) -> str:
    """`aliases.yaml` as canonical text, in the order given."""
    return _yaml(AliasFile(aliases=aliases))


def framework_yaml(framework: Framework) -> str:
    """`frameworks/<id>.yaml` as canonical text."""
    return _yaml(framework)


def strategy_yaml(strategy: Strategy) -> str:
    """`strategies/<code>.yaml` as canonical text: actions by code, fields in the order of the sheet."""
    data = _sorted_actions(strategy).model_dump(exclude_defaults=True)
    for action in data["actions"]:
        if "fields" in action:
            action["fields"] = {
                n: action["fields"][n] for n in sorted(action["fields"], key=_FIELD_ORDER.__getitem__)
            }
    return dump_yaml(data, HEADER)


def editorial_yaml(editorial: StrategyEditorial) -> str:
    """`editorial/<code>.yaml` as canonical text, actions by code."""
    data = editorial.model_dump(exclude_defaults=True)
    for field in ("actions", "titles_en"):
        if field in data:
            data[field] = {code: data[field][code] for code in sorted(data[field], key=code_key)}
    return dump_yaml(data, HEADER)


def _yaml(model: BaseModel) -> str:
    data: dict[str, Any] = model.model_dump(exclude_defaults=True)
    return dump_yaml(data or {name: [] for name in type(model).model_fields}, HEADER)


def save_plan(plan: Plan, folder: Path) -> list[Path]:
    """Write a plan's folder canonically and remove the files of what the plan no longer holds.

    Returns the paths that changed. All texts are written beside their places before the first is put in place,
    and what was there comes back when a later one fails: a full disk or a missing right leaves the old plan.
    """
    wanted = plan_files(plan)
    old = {path.relative_to(folder).as_posix() for name in FOLDERS for path in (folder / name).glob("*.yaml")}
    return replace_files(folder, wanted, old - set(wanted))


def replace_files(folder: Path, wanted: Mapping[str, str], unwanted: Iterable[str] = ()) -> list[Path]:
    """Put texts at their paths below a folder and remove others, all or nothing; returns changed paths."""
    changed = {name: text.encode() for name, text in wanted.items() if _bytes(folder / name) != text.encode()}
    gone = [name for name in unwanted if (folder / name).exists()]
    if not changed and not gone:
        return []
    before = {name: _bytes(folder / name) for name in (*changed, *gone)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as stage:
            for number, data in enumerate(changed.values()):
                (Path(stage) / str(number)).write_bytes(data)
            try:
                for number, name in enumerate(changed):
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (Path(stage) / str(number)).replace(folder / name)
                for name in gone:
                    (folder / name).unlink()
            except OSError:
                _restore(folder, before)
                raise
    except OSError as error:
        problem = Problem(error.strerror or "cannot be written", str(error.filename or folder))
        raise PackError("The plan could not be written; what was there is unchanged.", [problem]) from None
    return sorted(folder / name for name in (*changed, *gone))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _restore(folder: Path, before: Mapping[str, bytes | None]) -> None:
    for name, data in before.items():
        path = folder / name
        if _bytes(path) == data:
            continue
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)


# --- schema --------------------------------------------------------------------------------


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema (2020-12) of each kind of file, by the name of the file that holds it."""
    return {
        f"{name}.schema.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **model.model_json_schema(mode="validation"),
        }
        for name, model in FILE_MODELS.items()
    }
