# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan's folder of a pack: load it with every problem at once, write it canonically.

    plan.yaml  aliases.yaml  citations.yaml
    frameworks/<id>.yaml  strategies/<code>.yaml  editorial/<code>.yaml

Other files of the folder (the document's grammar, notes) are left alone. The same plan gives the same bytes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from aumenta.errors import PackError, Problem
from aumenta.plan.model import (
    ITEM_FIELDS,
    Alias,
    Citation,
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


class CitationFile(BaseModel):
    """`citations.yaml`: where the sheet of one action names another action (`aumenta plan citations`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    citations: list[Citation] = []


#: Name of each file's schema -> its model; `aumenta plan schema` writes them.
FILE_MODELS: dict[str, type[BaseModel]] = {
    "plan": PlanFile,
    "aliases": AliasFile,
    "citations": CitationFile,
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


At = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """Something wrong between the files of a plan: the file's name in the folder and the path of keys in it."""

    file: str
    at: At
    message: str
    found: str
    expected: str | None = None


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
    problems: list[Problem] = []
    found: dict[str, BaseModel] = {}
    unread: set[str] = set()
    for name in _files(folder):
        try:
            found[name] = validate(FILE_MODELS[kind_of(name)], folder / name)
        except PackError as error:
            problems.extend(error.problems)
            unread.add(name)
    for fault in faults(found, unread):
        rows = read_yaml(folder / fault.file)[1]  # only faults need rows
        near = fault.at
        while near and near not in rows:
            near = near[:-1]
        field = ".".join(str(part) for part in fault.at) or None
        place = (str(folder / fault.file), rows.get(near), field)
        problems.append(Problem(fault.message, *place, found=fault.found, expected=fault.expected))
    if problems:
        raise PackError("The plan cannot be used as it is.", problems)
    return assemble(found)


def _files(folder: Path) -> list[str]:
    optional = [name for name in ("aliases.yaml", "citations.yaml") if (folder / name).exists()]
    inside = [f"{name}/{path.name}" for name in FOLDERS for path in sorted((folder / name).glob("*.yaml"))]
    return ["plan.yaml", *optional, *inside]


def kind_of(name: str) -> str:
    """Kind of a file of the plan's folder, a key of `FILE_MODELS`.

    >>> kind_of("strategies/1.1.yaml")
    'strategy'
    """
    folder, slash, _ = name.partition("/")
    kinds = {"frameworks": "framework", "strategies": "strategy", "editorial": "editorial"}
    return kinds[folder] if slash else name.removesuffix(".yaml")


def assemble(files: Mapping[str, BaseModel]) -> Plan:
    """Put the files of a plan, free of faults, together."""

    def every(model: type[_Model]) -> list[_Model]:
        return [value for value in files.values() if isinstance(value, model)]

    aliases, citations = every(AliasFile), every(CitationFile)
    return Plan(
        about=every(PlanFile)[0],
        strategies=[_sorted_actions(s) for s in sorted(every(Strategy), key=lambda s: code_key(s.code))],
        editorial={
            e.strategy: e for e in sorted(every(StrategyEditorial), key=lambda e: code_key(e.strategy))
        },
        frameworks={f.id: f for f in sorted(every(Framework), key=lambda f: f.id)},
        aliases=aliases[0].aliases if aliases else [],
        citations=citations[0].citations if citations else [],
    )


def _sorted_actions(strategy: Strategy) -> Strategy:
    actions = sorted(strategy.actions, key=lambda action: code_key(action.code))
    return strategy if actions == strategy.actions else strategy.model_copy(update={"actions": actions})


def faults(files: Mapping[str, BaseModel], unread: Collection[str] = ()) -> Iterator[Fault]:
    """What is wrong between the files of a plan; files that could not be read are not held against others."""
    about = files.get("plan.yaml")
    plan_file = about if isinstance(about, PlanFile) else None
    strategies = {name: value for name, value in files.items() if isinstance(value, Strategy)}
    codes = {action.code for strategy in strategies.values() for action in strategy.actions}
    codes_known = not any(name.startswith("strategies/") for name in unread)
    if plan_file is not None:
        yield from _repeated("plan.yaml", "axes", "code", [axis.code for axis in plan_file.axes])
        yield from _repeated(
            "plan.yaml", "revisions", "id", [revision.id for revision in plan_file.revisions]
        )
    for name, value in files.items():
        if isinstance(value, Framework):
            yield from _framework_faults(name, value)
        elif isinstance(value, Strategy):
            yield from _strategy_faults(name, value, plan_file, codes if codes_known else None)
        elif isinstance(value, StrategyEditorial):
            yield from _editorial_faults(name, value, strategies, unread)
        elif isinstance(value, AliasFile):
            names = [f"{alias.name} ({alias.kind})" for alias in value.aliases]
            yield from _repeated(name, "aliases", "name", names)
        elif isinstance(value, CitationFile):
            yield from _repeated(
                name, "citations", "target", [f"{c.source} → {c.target}" for c in value.citations]
            )
            for number, citation in enumerate(value.citations):
                if codes_known and citation.source not in codes:
                    yield Fault(name, ("citations", number, "source"), "no such action", citation.source)


def _repeated(file: str, field: str, key: str, values: list[str]) -> Iterator[Fault]:
    for number, value in enumerate(values):
        if value in values[:number]:
            yield Fault(file, (field, number, key), f"{key} given twice", value)


def _named_after(name: str, field: str, code: str) -> Iterator[Fault]:
    stem = name.partition("/")[2].removesuffix(".yaml")
    if code != stem:
        yield Fault(name, (field,), f"the file is named after its {field}", code, stem)


def _framework_faults(name: str, framework: Framework) -> Iterator[Fault]:
    codes = [item.code for item in framework.items]
    if not re.fullmatch(r"[a-z0-9_]+", framework.id):
        yield Fault(name, ("id",), "not the name of a file", framework.id, "small letters, digits and _")
    yield from _named_after(name, "id", framework.id)
    yield from _repeated(name, "items", "code", codes)
    for number, item in enumerate(framework.items):
        if item.parent is not None and item.parent not in codes:
            yield Fault(name, ("items", number, "parent"), "no such parent in the framework", item.parent)


def _strategy_faults(
    name: str, strategy: Strategy, about: PlanFile | None, known: set[str] | None
) -> Iterator[Fault]:
    yield from _named_after(name, "code", strategy.code)
    yield from _repeated(name, "actions", "code", [action.code for action in strategy.actions])
    if about is not None and strategy.axis not in {axis.code for axis in about.axes}:
        axes = ", ".join(axis.code for axis in about.axes)
        yield Fault(name, ("axis",), "no such axis in plan.yaml", strategy.axis, axes)
    elif strategy.axis != strategy.code.split(".")[0]:
        yield Fault(name, ("axis",), "a strategy's code begins with its axis", strategy.axis, strategy.code)
    revisions = {revision.id for revision in about.revisions} if about is not None else None
    for number, action in enumerate(strategy.actions):
        at: At = ("actions", number)
        if action.code.rsplit(".", 1)[0] != strategy.code:
            expected = strategy.code + ".N"
            yield Fault(name, (*at, "code"), "action under the wrong strategy", action.code, expected)
        for place, code in enumerate(action.becomes):
            if known is not None and code not in known:
                yield Fault(name, (*at, "becomes", place), "no such action", code)
        if action.since is not None and revisions is not None and action.since not in revisions:
            yield Fault(name, (*at, "since"), "no such revision in plan.yaml", action.since)


def _editorial_faults(
    name: str, notes: StrategyEditorial, strategies: Mapping[str, Strategy], unread: Collection[str]
) -> Iterator[Fault]:
    yield from _named_after(name, "strategy", notes.strategy)
    file = f"strategies/{notes.strategy}.yaml"
    if file in unread:
        return  # the strategy's own problems are reported; nothing can be said about its actions
    if file not in strategies:
        yield Fault(name, ("strategy",), "no such strategy", notes.strategy)
        return
    codes = {action.code for action in strategies[file].actions}
    for field in ("actions", "titles_en"):
        for code in getattr(notes, field):
            if code not in codes:
                yield Fault(name, (field, code), "no such action in the strategy", code)


# --- save --------------------------------------------------------------------------------


def plan_files(plan: Plan) -> dict[str, str]:
    """Every file of the plan's folder as canonical text, by its path in the folder."""
    files = {"plan.yaml": plan_yaml(plan.about), "aliases.yaml": aliases_yaml(plan.aliases)}
    if plan.citations:
        files["citations.yaml"] = citations_yaml(plan.citations)
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


def citations_yaml(citations: list[Citation]) -> str:
    """`citations.yaml` as canonical text, in the order given."""
    return _yaml(CitationFile(citations=citations))


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
    old = set(_files(folder))
    return replace_files(folder, wanted, old - set(wanted))


def update_plan(before: Plan, after: Plan, folder: Path) -> list[Path]:
    """Write what changed between two states of a plan into its folder; files that say the same keep their bytes."""
    old, new = plan_files(before), plan_files(after)
    return replace_files(folder, {n: t for n, t in new.items() if old.get(n) != t}, old.keys() - new.keys())


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
