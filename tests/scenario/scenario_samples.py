# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of the toy metropolis put together from changes, and what their problems say."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import shapely

from aumenta.network.files import arrays_of
from aumenta.network.model import Network
from aumenta.readings.inputs import Figures, Population
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.scenario.resolve import Resolved
from aumenta.store.view import View


def scenario(*changes: dict[str, Any], **more: Any) -> Scenario:
    """A scenario of the toy metropolis."""
    about = {"id": "one", "territory": "toy", "name": {"it": "uno", "en": "one"}}
    return parse_scenario({**about, "changes": list(changes), **more})


def said(resolved: Resolved) -> list[tuple[str, str]]:
    """Field and message of every problem."""
    return [(one.field or "", one.message) for one in resolved.problems]


def fingerprints(view: View) -> dict[str, str]:
    """A hash of the content of every input of a View, to the byte."""
    return {name: hashlib.sha256(_bytes(view[name])).hexdigest() for name in view}


def _bytes(value: object) -> bytes:
    if isinstance(value, Figures):
        return _bytes(value.rows) + repr((value.id, value.columns, value.complete)).encode()
    if isinstance(value, Population):
        about = (
            value.source,
            value.status,
            dict(value.sources),
            {y: sorted(t) for y, t in value.estimated.items()},
        )
        return _bytes(value.rows) + repr(about).encode()
    if isinstance(value, Network):
        return b"".join(name.encode() + np.ascontiguousarray(one).tobytes() for name, one in arrays_of(value))
    assert isinstance(value, pd.DataFrame)
    parts = [
        repr([(name, str(kind)) for name, kind in value.dtypes.items()]).encode(),
        repr(len(value)).encode(),
    ]
    for name in value.columns:
        column = value[name]
        if name == "geometry":
            parts += [b"-" if shape is None else shape for shape in shapely.to_wkb(column.to_numpy())]
        elif isinstance(column.dtype, np.dtype) and column.dtype != object:
            parts.append(column.to_numpy().tobytes())
        else:
            parts.append(repr(column.tolist()).encode())
    return b"|".join(parts)
