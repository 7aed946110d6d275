# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A draft as a form: the names of its fields with what they hold, and what a person sent back as the next state.

What cannot be read as a value stays as it was written: it is told as a problem at its place, and nothing is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from aumenta.scenario.drafts import DraftState
from aumenta.scenario.lever_values import Kind
from aumenta.scenario.levers import Lever, Parameter
from aumenta.scenario.model import Assumption
from aumenta.values.text import Text

#: Kinds that are drawn on the map or picked from what there is: their field holds JSON.
DRAWN = frozenset(
    {
        "places", "area", "areas", "point", "points", "stretch", "stretches", "way", "stop", "known_stops", "stops",
        "lines", "opportunity", "opportunities", "each_minutes",
    }
)  # fmt: skip
#: Of these, those whose value is text itself.
_ONE_ID = frozenset({"stop", "opportunity"})
AMOUNTS = frozenset({"number", "minutes", "share"})
#: Parts of a period, in order.
PERIOD = ("from", "until", "headway")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
#: Most rows of a list that a form sends.
_ROWS = 200
_LONGEST = {"name": 200, "summary": 1000, "assumption": 500}


def fields_of(state: DraftState, lever: Lever, language: str) -> dict[str, str]:
    """Every field of the form by name, as a browser would send it; rows of lists are numbered from 0."""
    found = {
        f"{name}.{code}": text.get(code)
        for name, text in (("name", state.name), ("summary", state.summary))
        for code in ("it", "en")
    }
    for one in lever.parameters:
        value = state.values.get(one.id)
        if one.kind == "service":
            for number, row in enumerate(value if isinstance(value, list) else []):
                own = row if isinstance(row, dict) else {}
                found |= {
                    f"p.{one.id}.{number}.{part}": _shown("text", own.get(part), language) for part in PERIOD
                }
        else:
            found[f"p.{one.id}"] = _shown(one.kind, value, language)
    for number, told in enumerate(state.assumptions):
        found |= {f"a.{number}.text": told.text.get(language), f"a.{number}.source": told.source or ""}
    return found


def _shown(kind: str, value: JsonValue, language: str) -> str:
    """A value as its field holds it."""
    if value is None:
        return ""
    if kind == "flag":
        return "1" if value is True else ""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if kind in _ONE_ID else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value * 100 if kind == "share" else value, language)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float, language: str) -> str:
    text = f"{value:.10g}"
    return text.replace(".", ",") if language == "it" else text


def state_of(form: Mapping[str, str], before: DraftState, lever: Lever, language: str) -> DraftState:
    """The state that a form says; fields that it does not have stay as they were."""
    values = dict(before.values)
    for one in lever.parameters:
        values |= _sent(one, form)
    texts = {
        name: Text(**{code: _line(form.get(f"{name}.{code}", text.get(code)), name) for code in ("it", "en")})
        for name, text in (("name", before.name), ("summary", before.summary))
    }
    assumptions = before.assumptions
    if "a.rows" in form:
        kept = {one.text.get(language): one.text for one in before.assumptions}
        rows = _rows(form, "a", ("text", "source"))
        assumptions = [
            Assumption(
                text=kept.get(row["text"]) or Text(it=row["text"], en=row["text"]),
                source=row["source"] or None,
            )
            for row in rows
            if row["text"]
        ]
    return DraftState(name=texts["name"], summary=texts["summary"], values=values, assumptions=assumptions)


def _sent(one: Parameter, form: Mapping[str, str]) -> dict[str, JsonValue]:
    """The value of a parameter that a form has; nothing where it has none of it."""
    name = f"p.{one.id}"
    if one.kind == "flag":
        if f"{name}.shown" not in form:
            return {}
        return {one.id: True if form.get(name) else False if one.needed or one.default is not None else None}
    if one.kind == "service":
        if f"{name}.rows" not in form:
            return {}
        rows = [row for row in _rows(form, name, PERIOD) if any(row.values())]
        periods: list[JsonValue] = [{**row, "headway": _amount(row["headway"])} for row in rows]
        return {one.id: periods or None}
    return {one.id: _value(one.kind, form[name])} if name in form else {}


def _value(kind: Kind, text: str) -> JsonValue:
    """A value out of what its field holds; what cannot be read as such stays text."""
    text = _clean(text.strip())
    if not text:
        return None
    if kind in DRAWN:
        return _json(text)
    if kind == "share":
        share = _amount(text.removesuffix("%").strip())
        return share if isinstance(share, str) else round(share / 100, 12)
    return _amount(text) if kind in AMOUNTS else text


def _amount(text: str) -> float | str:
    """A number as people write it, with a comma or a point before decimals; other text stays text."""
    told = text.replace(",", ".") if text.count(",") + text.count(".") == 1 else text
    if not _NUMBER.fullmatch(told):
        return text
    value = float(told)
    if value in (float("inf"), float("-inf")):
        return text
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _json(text: str) -> JsonValue:
    """Plain data; an empty list or nothing is no value."""
    try:
        found: Any = json.loads(text, parse_constant=_refused, parse_float=_finite)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return text
    return None if found in ([], {}, "") else found


def _refused(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    return _refused(text) if value in (float("inf"), float("-inf")) else value


def _rows(form: Mapping[str, str], name: str, parts: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a list in the order of their numbers."""
    pattern = re.compile(rf"{re.escape(name)}\.(\d{{1,4}})\.({'|'.join(parts)})")
    found: dict[int, dict[str, str]] = {}
    for key, text in form.items():
        match = pattern.fullmatch(key)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = _line(text, "assumption")
    return [{part: found[number].get(part, "") for part in parts} for number in sorted(found)][:_ROWS]


def _line(text: str, name: str) -> str:
    return " ".join(_clean(text).split())[: _LONGEST[name]]


def _clean(text: str) -> str:
    """Without what is no character of a text."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")
