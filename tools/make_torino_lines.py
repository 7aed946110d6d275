# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the line tables of Turin's railway and metro from the collected stations and tracks.

    python tools/make_torino_lines.py FOLDER [--into PACK_TERRITORY_FOLDER]

FOLDER holds `rail/` as collected. What was read elsewhere (running times, headways, closures) is in torino_lines.py.
Writes lines/sfm.csv, regional.csv, metro.csv and suspended.csv (lines where no train runs now, for scenarios), with
their periods and assumptions, and lines/published_times.csv: each running time that was read beside the modelled one.
"""

from __future__ import annotations

import argparse
import math
from itertools import pairwise
from pathlib import Path

import torino_lines as told
from torino_csv import read, text

from aumenta.store.yaml_files import dump_yaml, write_text

PACK = Path(__file__).resolve().parent.parent / "src/aumenta/packs/torino/territory"
HEADER = ("line", "name", "short", "mode", "seq", "stop", "lon", "lat", "minutes", "dwell")
Station = dict[str, str]
Clock = dict[str, dict[str, tuple[float, float]]]
SFM = {
    "SFM1": "SFM1", "SFM2": "SFM2", "SFM3S": "SFM3_Susa", "SFM3B": "SFM3_Bardonecchia", "SFM4": "SFM4",
    "SFM6": "SFM6", "SFM7": "SFM7", "SFMA": "SFMA",
}  # fmt: skip
IVREA = (
    "Torino Porta Nuova", "Torino Porta Susa", "Chivasso", "Montanaro", "Rodallo", "Caluso", "Candia Canavese",
    "Mercenasco", "Strambino", "Ivrea",
)  # fmt: skip
IVREA_WAY = ("Torino Rebaudengo Fossata", "Torino Stura", "Settimo Torinese", "Brandizzo")
PONT = (
    "Rivarolo Canavese", "Favria-Oglianico", "Salassa - San Ponso", "Valperga", "Cuorgnè", "Campore", "Pont Canavese",
)  # fmt: skip
CERES = ("Germagnano", "Funghera", "Traves", "Losa", "Pessinetto", "Mezzenile", "Ceres")
METRO = (
    "Fermi", "Paradiso", "Marche", "Massaua", "Pozzo Strada", "Monte Grappa", "Rivoli", "Racconigi", "Bernini",
    "Principi d'Acaja", "XVIII Dicembre", "Porta Susa", "Vinzaglio", "Re Umberto", "Porta Nuova", "Marconi", "Nizza",
    "Dante", "Carducci-Molinette", "Spezia", "Lingotto", "Italia '61 - Regione Piemonte", "Bengasi",
)  # fmt: skip


class Tracks:
    """Stations by name and kind, and kilometres with the physical line between neighbouring ones."""

    def __init__(self, folder: Path) -> None:
        self.stations: dict[tuple[str, str], Station] = {}
        for row in read(folder / "rail/rail_stations.csv"):
            self.stations.setdefault((row["kind"], row["name"]), row)
        self.edges: dict[frozenset[str], tuple[float, str]] = {}
        for row in read(folder / "rail/rail_edges_osm.csv"):
            ends = frozenset((row["osm_id_a"], row["osm_id_b"]))
            edge = (float(row["distance_km"]), row["line_name"])
            self.edges[ends] = min(edge, self.edges.get(ends, edge))
        self.order: dict[str, list[str]] = {}
        for row in read(folder / "rail/sfm_lines.csv"):
            name = row["station"].replace("Sanfrè", "Sanfré")
            self.order.setdefault(row["line"], []).append(name)
            if row["lat"]:
                self.stations.setdefault(("rail", name), row)

    def station(self, mode: str, name: str) -> Station:
        """A station of OSM by its name."""
        return self.stations["metro" if mode == "metro" else "rail", name]

    def hop(self, one: Station, other: Station) -> tuple[float, str]:
        """Kilometres and physical line between neighbours; as the crow flies, lengthened, where no edge is known."""
        ends = frozenset((one["osm_id"], other["osm_id"]))
        if ends in self.edges:
            return self.edges[ends]
        north = (float(one["lat"]) - float(other["lat"])) * 111.195
        east = (float(one["lon"]) - float(other["lon"])) * 111.195 * math.cos(math.radians(float(one["lat"])))
        return math.hypot(north, east) * told.WINDING, ""


def stops_of(tracks: Tracks, line: str) -> tuple[list[str], list[str]]:
    """The stations where a line stops, and all that it meets."""
    way = list(tracks.order[SFM[line]])
    if line == "SFM1":
        way = way[way.index("Rivarolo Canavese") :]
    if line == "SFMA":
        way.reverse()
    for new, after, _ in told.ADDED.get(line, ()):
        way.insert(way.index(after) + 1, new)
    passed = told.PASSED.get(line, ((), ""))[0]
    return [name for name in way if name not in passed], way


def modelled(tracks: Tracks, mode: str, stops: list[str], way: list[str]) -> list[float]:
    """Minutes from each stop to the next by the model alone: kilometres over speed, and what a stop costs."""
    minutes, since = [], 0.0
    for one, other in pairwise(way):
        km, line = tracks.hop(tracks.station(mode, one), tracks.station(mode, other))
        speed = told.SPEED.get(line, told.OTHER_SPEED)
        if one in told.CITY or other in told.CITY:
            speed = told.CITY_SPEED
        since += km / speed * 60
        if other in stops:
            minutes.append(since + told.STOP_LOSS[mode])
            since = 0.0
    return minutes


def timed(line: str, mode: str, stops: list[str], hops: list[float]) -> tuple[list[float], list[float]]:
    """Arrival at each stop and dwell, in half minutes: the model, scaled to the anchors of the line."""
    dwell = [
        told.LONG_DWELL.get(name, told.DWELL[mode]) if mode == "rail" else told.DWELL[mode] for name in stops
    ]
    dwell[0] = dwell[-1] = 0.0
    scale = [told.ALLOWANCE[mode]] * len(hops)
    fixed = [False] * len(hops)
    anchors = sorted(
        (
            abs(stops.index(a.end) - stops.index(a.start)),
            min(stops.index(a.start), stops.index(a.end)),
            a.minutes,
        )
        for a in told.TIMES
        if a.line == line and a.anchor
    )
    for length, start, minutes in anchors:
        inside = range(start, start + length)
        standing = sum(dwell[start + 1 : start + length])
        known = sum(hops[at] * scale[at] for at in inside if fixed[at])
        free = sum(hops[at] for at in inside if not fixed[at])
        for at in inside:
            if not fixed[at]:
                scale[at], fixed[at] = (minutes - standing - known) / free, True
    arrive, clock = [0.0], 0.0
    for at, hop in enumerate(hops):
        clock += hop * scale[at]
        arrive.append(clock)
        clock += dwell[at + 1]
    step = 2 if mode == "rail" else 4
    return [round(value * step) / step for value in arrive], dwell


def table(tracks: Tracks, lines: dict[str, tuple[str, list[str], list[str]]]) -> tuple[str, Clock]:
    """The CSV of some lines, and for each the (arrival, departure) of its stops."""
    rows: list[tuple[object, ...]] = []
    clock: Clock = {}
    for line, (mode, stops, way) in lines.items():
        arrive, dwell = timed(line, mode, stops, modelled(tracks, mode, stops, way))
        clock[line] = {name: (a, a + d) for name, a, d in zip(stops, arrive, dwell, strict=True)}
        for seq, name in enumerate(stops):
            at = tracks.station(mode, name)
            place = (
                f"{float(at['lon']):.7f}",
                f"{float(at['lat']):.7f}",
                f"{arrive[seq]:g}",
                f"{dwell[seq]:g}",
            )
            first = seq == 0
            names = (told.NAMES[line], told.SHORT.get(line, "")) if first else ("", "")
            rows.append((line, *names, mode, seq + 1, name, *place))
    return text(HEADER, rows), clock


def published(clock: Clock) -> str:
    """Running times that were read beside the modelled ones."""
    rows = []
    for time in told.TIMES:
        stops = clock[time.line]
        one, other = sorted((stops[time.start], stops[time.end]))
        year, source = told.SOURCES[time.source]
        use = "anchor" if time.anchor else "check"
        minutes = (f"{time.minutes:g}", f"{other[0] - one[1]:g}")
        rows.append((time.line, time.start, time.end, *minutes, time.kind, use, year, source, time.note))
    return text(("line", "from", "to", "minutes", "modelled", "kind", "use", "year", "source", "note"), rows)


def assumptions(name: str) -> str:
    """The YAML with the source of each figure."""
    items = []
    for figure, lines, value, key, note in told.ASSUMED[name]:
        year, source = told.SOURCES[key] if key else ("", told.TO_BE_DECIDED)
        item: dict[str, object] = {"figure": figure, "lines": list(lines), "value": value, "source": source}
        items.append({k: v for k, v in (item | {"date": year, "note": note}).items() if v})
    header = ("SPDX-FileCopyrightText: 2026 The Aumenta authors", "SPDX-License-Identifier: EUPL-1.2")
    return dump_yaml({"assumptions": items}, header)


def files(folder: Path) -> dict[str, str]:
    """Every file by its path in the pack."""
    tracks = Tracks(folder)
    ivrea = [*IVREA[:2], *IVREA_WAY, *IVREA[2:]]
    tables = {
        "sfm": ({line: ("rail", *stops_of(tracks, line)) for line in SFM}, told.SFM_PERIODS),
        "regional": ({"R_IVREA": ("rail", list(IVREA), ivrea)}, told.REGIONAL_PERIODS),
        "metro": ({"M1": ("metro", list(METRO), list(METRO))}, told.METRO_PERIODS),
        "suspended": (
            {"SFM1P": ("rail", list(PONT), list(PONT)), "SFMAC": ("rail", list(CERES), list(CERES))},
            told.SUSPENDED_PERIODS,
        ),
    }
    written: dict[str, str] = {}
    clock: Clock = {}
    for name, (lines, periods) in tables.items():
        written[f"lines/{name}.csv"], clocks = table(tracks, lines)
        clock |= clocks
        header = ("line", "from", "to", "headway_min", "days", "direction")
        written[f"lines/{name}_periods.csv"] = text(header, periods)
        written[f"lines/{name}_assumptions.yaml"] = assumptions(name)
    return written | {"lines/published_times.csv": published(clock)}


def main() -> None:
    """Write them all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--into", type=Path, default=PACK)
    given = arguments.parse_args()
    (given.into / "lines").mkdir(exist_ok=True)
    for name, content in files(given.folder).items():
        write_text(given.into / name, content)
        print(f"{name}: {content.count(chr(10))} lines")


if __name__ == "__main__":
    main()
