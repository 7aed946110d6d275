# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A question about where to put something as the fields of a form, which are also the parts of an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aumenta.errors import Problem, SitingError
from aumenta.siting.question import SUMMARY, Question, parse_question

#: Fields of a form that are lists in the question, and that hold `id:amount` lines.
_LISTS = {"area": "area", "candidates": "candidates", "existing_kinds": "existing_kinds"}
_AMOUNTS = {"costs": "costs", "capacities": "capacities", "weights": "weights"}
_PLAIN = (
    "what", "objective", "count", "budget", "cost", "capacity", "existing_capacity", "within", "share", "mode", "date",
    "max_minutes", "list_complete", "who", "groups", "gap", "seconds",
)  # fmt: skip
_YES, _NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off")
Fields = Mapping[str, Sequence[str]]


def question_of(fields: Fields) -> Question:
    """A question out of the fields of a form or an address, each with its values as texts; blanks are left out.

    Fields are those of `Question`; lists come as several values or one with commas, `points` and amounts by id as
    lines: `7.31,44.88,Osasco` (longitude, latitude, name where it has one) and `001191: 250000`; `window` as
    `7:00-9:00`; `parameters` as `type=community_health`; yes and no as such. Others are not looked at.

    Raises `SitingError` with every fault.
    """
    problems: list[Problem] = []
    given = {
        name: [one.strip() for text in texts for one in text.splitlines()] for name, texts in fields.items()
    }
    given = {name: kept for name, texts in given.items() if (kept := [one for one in texts if one])}
    data: dict[str, Any] = {name: given[name][-1].replace("%", "") for name in _PLAIN if name in given}
    for name in _LISTS.keys() & given.keys():
        data[name] = [part.strip() for text in given[name] for part in text.split(",") if part.strip()]
    for name in _AMOUNTS.keys() & given.keys():
        data[name] = _amounts(name, given[name], problems)
    if "points" in given:
        data["points"] = [_point(text, problems) for text in given["points"]]
        data.setdefault("candidates", [])
    if "parameters" in given:
        data["parameters"] = _parameters(given["parameters"], problems)
    if "window" in given:
        ends = [end.strip() for end in given["window"][-1].split("-")]
        data["window"] = [ends[0], ends[-1]] if len(ends) < 3 else ends
    if "count_existing" in given:
        data["count_existing"] = _yes("count_existing", given["count_existing"][-1], problems)
    data = {name: _decimal(value) if name in _NUMBERS else value for name, value in data.items()}
    try:
        question = parse_question(data)
    except SitingError as error:
        raise SitingError(SUMMARY, [*problems, *error.problems]) from None
    if problems:
        raise SitingError(SUMMARY, problems)
    return question


def fields_of(question: Question) -> dict[str, list[str]]:
    """The fields of a form that ask the question again: what `question_of` reads, without what is as usual.

    >>> fields_of(Question(what="6.1.2", count=5, area=("z05",), window=("7:00", "9:00")))
    {'what': ['6.1.2'], 'count': ['5'], 'window': ['7:00-9:00'], 'area': ['z05']}
    """
    found: dict[str, list[str]] = {}
    for name, value in question.as_usual.items():
        if name in _AMOUNTS:
            found[name] = [f"{key}:{amount:g}" for key, amount in value.items()]
        elif name == "parameters":
            found[name] = [f"{key}={_plain(one)}" for key, one in value.items()]
        elif name == "points":
            found[name] = [",".join(_point_parts(one)) for one in value]
        elif name == "window":
            found[name] = ["-".join(value)]
        elif isinstance(value, bool):
            found[name] = ["yes" if value else "no"]
        else:
            found[name] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if question.points and question.candidates:
        found["candidates"] = list(question.candidates)
    return found


_NUMBERS = frozenset({"budget", "cost", "capacity", "existing_capacity", "share", "gap", "seconds"})


def _decimal(text: Any) -> Any:
    """A number with a comma, as Italian forms send it, with a point; `1.250.000` and `1 250` too."""
    if not isinstance(text, str):
        return text
    text = text.replace(" ", "").replace("\u00a0", "")
    if "," in text or text.count(".") > 1:
        text = text.replace(".", "").replace(",", ".")
    return text


def _amounts(name: str, texts: list[str], problems: list[Problem]) -> dict[str, str]:
    """Lines `id: amount`; an id may hold colons itself."""
    found: dict[str, str] = {}
    for text in texts:
        key, colon, amount = text.rpartition(":")
        if not colon or not key.strip():
            problems.append(
                Problem("not an id and an amount", field=name, found=text[:80], expected="id: 1000")
            )
            continue
        found[key.strip()] = _decimal(amount)
    return found


def _parameters(texts: list[str], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            expected = "such as type=community_health"
            problems.append(Problem("not a value", field="parameters", found=text[:80], expected=expected))
            continue
        found[key.strip()] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    """A value as YAML reads plain ones: yes or no, a number, else the text."""
    if text.lower() in ("true", "false", "yes", "no"):
        return text.lower() in ("true", "yes")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _point(text: str, problems: list[Problem]) -> dict[str, Any]:
    parts = [part.strip() for part in text.split(",", 2)]
    if len(parts) < 2:
        expected = "longitude,latitude,name"
        problems.append(Problem("not a point", field="points", found=text[:80], expected=expected))
        return {"lon": 0, "lat": 0}
    return {"lon": parts[0], "lat": parts[1], "name": parts[2] if len(parts) > 2 and parts[2] else None}


def _point_parts(point: dict[str, Any]) -> list[str]:
    return [repr(point["lon"]), repr(point["lat"]), *([point["name"]] if point.get("name") else [])]


def _yes(name: str, text: str, problems: list[Problem]) -> bool:
    if text.lower() not in (*_YES, *_NO):
        problems.append(Problem("neither yes nor no", field=name, found=text[:80], expected="yes, no"))
    return text.lower() in _YES
