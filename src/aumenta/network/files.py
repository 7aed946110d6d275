# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A network on disk: one `.npy` for each array and `network.json`, opened by memory-map and shared by processes.

The name of a file is the path of the array within `Network`: `streets.graphs.foot.head.npy`. An array that stands in
two places (the transpose of a symmetric graph) is written once; `network.json` names the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import NetworkError, Problem
from aumenta.network.model import (
    About,
    Attachment,
    Feeder,
    Graph,
    Network,
    Points,
    Straight,
    Streets,
    Timetable,
    Walks,
)
from aumenta.territory.plane import EUROPE, Plane

FILE = "network.json"
#: Version of these files; another one is refused and has to be built anew.
VERSION = 1
#: Fields of `About` that are written only where they say something.
_SOMETIMES = ("window", "hours")
_FEEDER_ARRAYS = ("cells", "stops", "access", "egress")
_AGAIN = "The network is damaged; build the twin again with `aumenta build`."


def arrays_of(part: Any, prefix: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array of a network with its path, in the order of the fields."""
    if isinstance(part, np.ndarray):
        yield prefix, part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from arrays_of(value, f"{prefix}.{key}")
    elif is_dataclass(part) and not isinstance(part, About):
        for one in fields(part):
            yield from arrays_of(getattr(part, one.name), f"{prefix}.{one.name}" if prefix else one.name)


def write_network(network: Network, folder: Path) -> list[Path]:
    """Write a network into an empty folder; gives the files written, `network.json` last.

    The same network gives the same bytes. Raises `OSError` when the disk does not take it; who calls removes the
    folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[int, str] = {}
    shapes: dict[str, dict[str, Any]] = {}
    same: dict[str, str] = {}
    for name, array in arrays_of(network):
        if id(array) in written:
            same[name] = written[id(array)]
            continue
        written[id(array)] = name
        plain = np.ascontiguousarray(array)
        np.save(folder / f"{name}.npy", plain, allow_pickle=False)
        shapes[name] = {"dtype": plain.dtype.str, "shape": list(plain.shape)}
    timetable = network.timetable
    about = network.about
    told = {
        "version": VERSION,
        "kind": network.streets.kind,
        "detour": {mode: one.detour for mode, one in network.streets.straight.items()},
        "first_date": None if timetable is None else str(timetable.first_date),
        **({} if network.streets.plane.is_europe else {"plane": network.streets.plane.name}),
        "about": {
            one.name: _plain(getattr(about, one.name))
            for one in fields(about)
            if one.name not in _SOMETIMES or getattr(about, one.name) is not None
        },
        **({"feeders": _told_feeders(network)} if network.feeders else {}),
        "arrays": shapes,
        "same": same,
    }
    path = folder / FILE
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    return [*(folder / f"{name}.npy" for name in shapes), path]


def _told_feeders(network: Network) -> dict[str, dict[str, Any]]:
    """What of each service on demand is no array."""
    return {
        name: {one.name: getattr(own, one.name) for one in fields(own) if one.name not in _FEEDER_ARRAYS}
        for name, own in network.feeders.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def open_network(folder: Path) -> Network:
    """Open a network by memory-map: nothing is read until it is used, and processes share what is.

    Raises `NetworkError` for a folder that is absent, damaged, or of another version.
    """
    path = folder / FILE
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        problem = Problem("no network here", str(folder), expected="a build with the stage `network`")
        raise NetworkError("There is no network; make one with `aumenta build`.", [problem]) from None
    except (OSError, ValueError) as error:
        raise NetworkError(_AGAIN, [Problem(str(error), str(path))]) from None
    if not isinstance(told, dict) or told.get("version") != VERSION:
        found = repr(told.get("version")) if isinstance(told, dict) else type(told).__name__
        problem = Problem("written by another version of the software", str(path), None, "version", found)
        raise NetworkError("The network is of another version; build the twin again.", [problem])
    arrays = _open_arrays(folder, told["arrays"])
    for name, other in told["same"].items():
        arrays[name] = arrays[other]
    return _assemble(told, arrays)


def _open_arrays(folder: Path, shapes: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    problems = []
    for name, about in shapes.items():
        path = folder / f"{name}.npy"
        try:
            empty = 0 in about["shape"]  # nothing to map
            # Copy on write: kernels are compiled once for plain arrays, and a stray write cannot reach the file.
            array = np.load(path, mmap_mode=None if empty else "c", allow_pickle=False)
        except (OSError, ValueError) as error:
            problems.append(Problem(str(error).splitlines()[0], str(path)))
            continue
        if array.dtype.str != about["dtype"] or list(array.shape) != about["shape"]:
            found = f"{array.dtype.str} {list(array.shape)}"
            expected = f"{about['dtype']} {about['shape']}"
            problems.append(
                Problem("another array than was written", str(path), found=found, expected=expected)
            )
        arrays[name] = np.asarray(array)
    if problems:
        raise NetworkError(_AGAIN, problems)
    return arrays


def _assemble(told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Network:
    detour = told["detour"]
    streets = Streets(
        told["kind"],
        arrays["streets.x"],
        arrays["streets.y"],
        {mode: _part(Graph, arrays, f"streets.graphs.{mode}") for mode in _keys(arrays, "streets.graphs")},
        {
            mode: Straight(detour[mode], arrays[f"streets.straight.{mode}.pace"])
            for mode in _keys(arrays, "streets.straight")
        },
        Plane.named(told.get("plane", EUROPE.name)),
    )
    about = {**told["about"]}
    for name in ("sources", "notes", "modes", *(one for one in _SOMETIMES if one in about)):
        about[name] = tuple(about[name])
    first = told["first_date"]
    timetable = None
    if first is not None:
        timetable = _part(Timetable, arrays, "timetable", first_date=np.datetime64(first, "D"))
    walks = {
        name: _part(Walks, arrays, name) if f"{name}.indptr" in arrays else None
        for name in ("access", "egress", "footpaths")
    }
    stops = _points(arrays, "stops") if "stops.x" in arrays else None
    feeders = {name: _feeder(arrays, name, own) for name, own in told.get("feeders", {}).items()}
    return Network(
        streets, _points(arrays, "cells"), About(**about), timetable, stops, **walks, feeders=feeders
    )


def _feeder(arrays: Mapping[str, NDArray[Any]], name: str, told: Mapping[str, Any]) -> Feeder:
    prefix = f"feeders.{name}"
    access, egress = (_part(Walks, arrays, f"{prefix}.{part}") for part in ("access", "egress"))
    return Feeder(
        **told,
        cells=arrays[f"{prefix}.cells"],
        stops=arrays[f"{prefix}.stops"],
        access=access,
        egress=access if egress.indptr is access.indptr else egress,
    )


def _points(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Points:
    at = {mode: _part(Attachment, arrays, f"{prefix}.at.{mode}") for mode in _keys(arrays, f"{prefix}.at")}
    return Points(arrays[f"{prefix}.x"], arrays[f"{prefix}.y"], at)


def _keys(arrays: Mapping[str, NDArray[Any]], prefix: str) -> list[Any]:
    """The names one step below a path, in the order in which they were written."""
    found = (
        name.removeprefix(prefix + ".").split(".")[0] for name in arrays if name.startswith(prefix + ".")
    )
    return list(dict.fromkeys(found))


def _part(kind: type[Any], arrays: Mapping[str, NDArray[Any]], prefix: str, **others: Any) -> Any:
    names = [name for name in get_type_hints(kind) if name not in others]
    return kind(**{name: arrays[f"{prefix}.{name}"] for name in names}, **others)
