# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""YAML of packs: read safely with the row of every value, validate with pydantic, write canonically.

Reading refuses aliases beyond the limit, duplicate keys and anything but plain data. Writing always gives the
same bytes for the same data, so a pack exported and imported again does not change.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from aumenta.errors import PackError, Problem
from aumenta.settings import get_settings

Model = TypeVar("Model", bound=BaseModel)
Rows = dict[tuple[str | int, ...], int]


#: The parser in C where PyYAML has it: the same nodes and marks, about ten times faster.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: No file of a pack nests lists and mappings deeper than this.
_DEEPEST = 100


def read_yaml(path: Path) -> tuple[Any, Rows]:
    """Read one YAML file: its data, and the row (from 1) where each path of keys begins.

    Raises `PackError` with file and row on anything that is not plain, bounded YAML.
    """
    data, node = _compose(path)
    return data, _rows_of(node)


def _compose(path: Path) -> tuple[Any, yaml.Node | None]:
    """Data and checked node tree of a file; rows are only derived from the tree by those who need them."""
    settings = get_settings()
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise PackError("A file of the pack is missing.", [Problem("no such file", file=str(path))]) from None
    except OSError as error:
        problem = Problem(error.strerror or "cannot be read", file=str(path))
        raise PackError("A file of the pack cannot be read.", [problem]) from None
    if len(raw) > settings.max_yaml_bytes:
        limit = f"at most {settings.max_yaml_bytes} (AUMENTA_MAX_YAML_BYTES)"
        problem = Problem("file too large", str(path), found=f"{len(raw)} bytes", expected=limit)
        raise PackError("A file of the pack is too large.", [problem])
    try:
        text = raw.decode("utf-8")
        _count_aliases(text, path, settings.max_yaml_aliases)
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None, None
            problems = _key_problems(node, str(path), limit=len(raw))
            if problems:
                raise PackError("A file of the pack has faulty keys or aliases.", problems)
            return loader.construct_document(node), node
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        problem = Problem(str(error.reason), str(path), found=f"byte {error.start}")
        raise PackError("A file of the pack is not UTF-8.", [problem]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        problem = Problem(what, str(path), row=mark.line + 1 if mark else None)
        raise PackError("A file of the pack is not valid YAML.", [problem]) from None
    except (RecursionError, ValueError, TypeError) as error:
        # A date such as 2021-13-45 or a key that is a list is only found when the data are built.
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise PackError("A file of the pack is not valid YAML.", [Problem(what, str(path))]) from None


def _count_aliases(text: str, path: Path, limit: int) -> None:
    if "&" not in text or "*" not in text:
        return
    aliases = sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_LOADER))
    if aliases > limit:
        expected = f"at most {limit} (AUMENTA_MAX_YAML_ALIASES)"
        problem = Problem("too many aliases", str(path), found=str(aliases), expected=expected)
        raise PackError("A file of the pack is refused.", [problem])


def _key_problems(root: yaml.Node, file: str, limit: int) -> list[Problem]:
    """Keys given twice; aliases that unfold to more nodes than the file has bytes, or into themselves."""
    problems: list[Problem] = []
    stack, visited = [(root, 0)], 0
    while stack:
        node, depth = stack.pop()
        visited += 1
        if depth > _DEEPEST:
            return [Problem("nested too deeply", file, row=node.start_mark.line + 1)]
        if visited > limit:
            return [Problem("aliases unfold without bound", file, row=node.start_mark.line + 1)]
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    problems.append(Problem("key given twice", file, row=key.start_mark.line + 1, field=name))
                seen.add(name)
                if not isinstance(value, yaml.ScalarNode):
                    stack.append((value, depth + 1))
        elif isinstance(node, yaml.SequenceNode):
            stack.extend((item, depth + 1) for item in node.value if not isinstance(item, yaml.ScalarNode))
    return sorted(problems, key=lambda problem: problem.row or 0)


def _rows_of(root: yaml.Node | None) -> Rows:
    rows: Rows = {}
    stack: list[tuple[tuple[str | int, ...], yaml.Node]] = [((), root)] if root is not None else []
    while stack:
        at, node = stack.pop()
        rows.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                name = str(key.value)
                rows[(*at, name)] = key.start_mark.line + 1
                stack.append(((*at, name), value))
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(((*at, number), value) for number, value in enumerate(node.value))
    return rows


def validate(model: type[Model], path: Path) -> Model:
    """Read a YAML file into a pydantic model; every fault at once with its row and field."""
    data, node = _compose(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = problems_of(error, str(path), _rows_of(node))
        raise PackError("A file of the pack does not follow its schema.", problems) from None


def problems_of(error: ValidationError, file: str, rows: Rows | None = None) -> list[Problem]:
    """Turn pydantic's errors into problems with the row of the nearest key that exists in the file."""
    found = []
    for item in error.errors():
        at: tuple[str | int, ...] = tuple(item["loc"])
        near = at
        while rows and near and near not in rows:
            near = near[:-1]
        # The input of a missing field is the whole mapping around it, which says nothing.
        value = None if item["type"] == "missing" else repr(item.get("input"))
        found.append(
            Problem(
                item["msg"],
                file,
                row=rows.get(near) if rows else None,
                field=".".join(str(p) for p in at) or None,
                found=value if value is None or len(value) <= 80 else value[:77] + "...",
            )
        )
    return found


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # Codes such as 3.1 or 000123 stay text for any reader of YAML.
    looks_number = value[:1].isdigit() or value[:1] in "+-." or ":" in value
    style = '"' if looks_number or "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dump_yaml(data: Any, comment: Iterable[str] = ()) -> str:
    """Canonical YAML: keys in the given order, block style, wide lines, one newline at the end."""
    head = "".join(f"# {line}\n" for line in comment)
    body = yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )
    return head + body


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all (temporary file in the same folder, then `os.replace`)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
