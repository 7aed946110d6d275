# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tables that the commands of the twin print or write."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from aumenta.errors import Problem, TwinError
from aumenta.twin.facade import Twin
from aumenta.values.reasons import REASONS


def named_values(
    twin: Twin, indicator: str, level: str | None, place: str | None, language: str
) -> pd.DataFrame:
    """Values of an indicator with the name of each place and the reason of what is missing in words."""
    frame = twin.values(indicator, level, place)
    if place is not None and frame.empty:
        raise TwinError(
            "The values cannot be given.", [Problem("no value of this place", field="place", found=place)]
        )
    places = twin.places()
    names = dict(zip(places["id"], places["name"], strict=True))
    frame.insert(3, "name", [names.get(code, "") for code in frame["place"]])
    words = {code: text.get(language) for code, text in twin.reasons.items()}
    frame["reason"] = [None if pd.isna(code) else words.get(code, code) for code in frame["reason"]]
    return frame


def comparison_rows(twin: Twin, language: str) -> list[dict[str, Any]]:
    """Published figures beside the twin's, one row each."""
    words = {code: text.get(language) for code, text in {**REASONS, **twin.reasons}.items()}
    rows: list[dict[str, Any]] = []
    for one in twin.published():
        figure, why = one.figure, one.figure.why()
        rows.append(
            {
                "id": figure.id,
                "figure": figure.name.get(language),
                "line": figure.line,
                "indicator": figure.indicator,
                "count": figure.count,
                "place": figure.place,
                "published_period": figure.period,
                "published": one.published,
                "twin_period": one.period,
                "twin": one.twin,
                "difference": one.difference,
                "percent": one.percent,
                "unit": figure.unit.get(language),
                "status": one.status,
                "derived": figure.derived.get(language) if figure.derived else None,
                "missing_reason": words.get(one.missing_reason or "", one.missing_reason),
                "reason": why.get(language) if why else None,
            }
        )
    return rows


def text_of(frame: pd.DataFrame, form: str) -> str:
    """A frame as CSV or JSON text; a missing value is an empty field or null."""
    if form == "csv":
        return str(frame.to_csv(index=False, lineterminator="\n"))
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
