# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Travel times for the measures: computed when first asked for, kept in the build under the hash of what they rest on.

A build that changes neither network nor points takes them from the build before (`times/<hash>.npy`); a build that is
cut off in the middle of an all-to-all run goes on from the blocks that were finished.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from aumenta.access.day import day_at
from aumenta.access.edge import Edge, edge_of, minutes_to_cells, minutes_to_edge
from aumenta.access.matrix import Progress as MatrixProgress
from aumenta.access.matrix import run_matrix
from aumenta.access.options import Options, seconds_of
from aumenta.access.router import Router
from aumenta.network.compile import only_cells
from aumenta.network.files import write_network
from aumenta.network.model import About, Network
from aumenta.readings.gateways import AT_GATEWAY, GatewayMinutes
from aumenta.readings.travel import DAY_FROM, DAY_TO, MODES, AllToAll, CellMinutes, DayOut
from aumenta.store.build_files import built_file
from aumenta.store.fingerprint import code_of, digest
from aumenta.store.manifest import BuiltFile
from aumenta.store.view import Loader
from aumenta.territory.model import Layer
from aumenta.twin.gateway_times import minutes_to_gateways
from aumenta.twin.ground import Ground
from aumenta.twin.network_names import NetworkNames

#: Folder of the times within a build.
FOLDER = "times"
#: Minutes that times to and from points go up to, and percentile that is kept.
LIMIT, MEDIAN = 120, 50
#: Classes of all-to-all sums in minutes.
CUTOFFS = (15, 30, 45, 60, 75, 90, 120)
#: Origins up to which an all-to-all run stays in this process.
FEW = 500
#: Foot times under this many minutes are below the resolution where streets are estimated.
BELOW_RESOLUTION = 10
#: Packages whose code decides travel times.
_CODE = ("network", "access")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Known:
    """Times of a network that this one was changed from: `folder` of its files, and what may differ.

    `affected(mode)` flags the cells from which something may take another time than there.
    """

    inputs: TravelInputs
    affected: Callable[[str], NDArray[np.bool_]]


@dataclass(frozen=True)
class TravelInputs:
    """Inputs of measures that are travel times, over one ground and its network.

    `folder` is the build being written, `names` what names its network, `scratch` where unfinished runs lie.
    `elsewhere` are folders where times under the same names may lie too; `known` is of a network that was changed.
    """

    ground: Ground
    network: Network
    names: NetworkNames
    folder: Path
    scratch: Path
    tell: Tell
    processes: int = 2
    elsewhere: tuple[Path, ...] = ()
    known: Known | None = None

    def loaders(self) -> dict[str, Loader]:
        """A loader for each input that can be had, by the names of `aumenta.readings.travel`."""
        found: dict[str, Loader] = {"seats": lambda: self.seats}
        kinds = self._told_kinds()
        for mode in self._modes():
            found[f"times:hub:{mode}"] = lambda mode=mode: self.from_hub(mode)  # type: ignore[misc]
            found[f"times:edge:{mode}"] = lambda mode=mode: self.to_edge(mode)  # type: ignore[misc]
            if MODES[mode][0] == "transit":
                found[f"deadlines:hub:{mode}"] = lambda mode=mode: self.day_at_hub(mode)  # type: ignore[misc]
            if mode not in {"walk", "bike"}:
                found[f"sums:{mode}"] = lambda mode=mode: self.all_to_all(mode)  # type: ignore[misc]
            for kind in kinds:
                name = f"times:nearest:{kind}:{mode}"
                found[name] = lambda kind=kind, mode=mode: self.to_nearest(kind, mode)  # type: ignore[misc]
        if "transit" in self._modes() and self.ground.territory.about.gateways:
            found["times:gateways:transit"] = self.to_gateways
        return found

    def files(self) -> dict[str, BuiltFile]:
        """The times that were computed or taken over, as files of the build."""
        folder = self.folder / FOLDER
        used = sorted(self._used)
        return {f"{FOLDER}/{name}.npy": built_file(folder / f"{name}.npy") for name in used}

    # --- the inputs ---------------------------------------------------------------------

    def from_hub(self, mode: str) -> CellMinutes:
        """Median minutes from the hub to every cell."""
        hub = self.ground.territory.about.hub
        point = (hub.lon, hub.lat)
        row = self._kept(mode, ["hub", mode, point], lambda: self._router(mode).one_to_all(point).row(MEDIAN))
        return self._minutes(row, mode)

    def day_at_hub(self, mode: str) -> DayOut:
        """When one can be at the hub and must leave it, between the hours of a day out."""
        hub = self.ground.territory.about.hub
        point, about = (hub.lon, hub.lat), self.network.about

        def make() -> NDArray[np.int32]:
            day = day_at(self.network, point, options_of(mode, self.network), DAY_FROM, DAY_TO)
            return np.stack([day.arrive, day.leave])

        arrive, leave = self._kept(mode, ["day", mode, point, DAY_FROM, DAY_TO], make)
        return DayOut(arrive, leave, about.status, about.sources, about.date or "", _part_of_day(about))

    def to_edge(self, mode: str) -> CellMinutes:
        """Least minutes from every cell to where nothing is known, beyond the cells."""
        row = self._kept(
            mode,
            ["edge", mode],
            lambda: minutes_to_edge(self.network, self._edge, options_of(mode, self.network)),
        )
        return self._minutes(row, mode)

    def to_nearest(self, kind: str, mode: str) -> CellMinutes:
        """Median minutes from every cell to the nearest opportunity of a kind."""
        row = self.nearest_row(kind, mode)
        layers = self._layers(kind)
        known = [source for one in layers for source in one.sources]
        complete = bool(layers) and all(one.complete for one in layers)
        somewhere = self._unplaced(kind)
        if somewhere.any() and mode not in {"walk", "bike"}:
            complete = False
        found = self._minutes(row, mode, known, complete)
        own = self.ground.opportunities
        if (own.loc[own["kind"] == kind, "status"] == "estimated").any():
            found = replace(found, status="estimated")
        if not complete or not somewhere.any():
            return found
        gx, gy = self._squares
        side, options = self.ground.resolution, options_of(mode, self.network)
        key = ["unplaced", mode, np.flatnonzero(somewhere).tolist()]
        return replace(
            found,
            unplaced=self._kept(mode, key, lambda: minutes_to_cells(gx, gy, side, somewhere, options)),
        )

    def nearest_row(self, kind: str, mode: str) -> NDArray[np.uint8]:
        """The minutes of `to_nearest` alone (255 = not within the limit)."""
        points = self.points(kind)
        return self._kept(
            mode, ["nearest", mode, points], lambda: self._router(mode).all_to_any(points).row(MEDIAN)
        )

    def to_gateways(self) -> GatewayMinutes:
        """Median minutes by public transport from every cell to each gateway."""
        gates, mode = self.ground.territory.about.gateways, "transit"
        points = [(one.lon, one.lat) for one in gates]
        rows = self._kept(
            mode,
            ["gateways", mode, points, AT_GATEWAY],
            lambda: minutes_to_gateways(self._router(mode), points, MEDIAN),
        )
        spec = self.ground.territory.about.network
        known = [one.source for one in gates if one.source]
        times = self._minutes(rows[0], mode, known, complete=spec is not None and spec.complete)
        return GatewayMinutes(tuple(one.kind for one in gates), rows, times)

    def all_to_all(self, mode: str) -> AllToAll:
        """What is reached from the population point of every inhabited kilometre."""
        same = self._same_as(mode)
        if same is not None:
            return self.all_to_all(same)
        cells = self.ground.cells
        people = cells["pop"].to_numpy(np.float64)
        jobs = np.nan_to_num(cells["jobs"].to_numpy(np.float64))
        origin, stands_for = self._population_points
        weights = {"people": people, "jobs": jobs}
        key = ["sums", mode, CUTOFFS, origin.tolist(), self._cells_hash]
        sums = self._kept(mode, key, lambda: self._sums_anew(mode, origin, weights))
        return AllToAll(
            origin,
            stands_for,
            cells["municipality"].to_numpy(dtype=object)[origin],
            tuple(weights),
            CUTOFFS,
            sums,
            np.array([one.sum() for one in weights.values()]),
            self.network.about.status,
            self.network.about.sources,
            self.network.about.date or "",
        )

    @cached_property
    def seats(self) -> dict[str, int]:
        """Number of the cell nearest to each municipality's seat."""
        towns = self.ground.places[self.ground.places["level"] == "municipality"]
        points = shapely.points(towns["seat_lon"].to_numpy(float), towns["seat_lat"].to_numpy(float))
        tree = shapely.STRtree(self.ground.cells.geometry.to_numpy())
        return {
            str(town): int(at) for town, at in zip(towns["id"], tree.nearest(points).tolist(), strict=True)
        }

    # --- within -------------------------------------------------------------------------

    @cached_property
    def _used(self) -> set[str]:
        return set()

    @cached_property
    def _edge(self) -> Edge:
        return edge_of(*self._squares, self.ground.resolution, self.network)

    @cached_property
    def _squares(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the grid's squares that the cells are."""
        cells = self.ground.cells
        return cells["gx"].to_numpy(np.int64), cells["gy"].to_numpy(np.int64)

    def _modes(self) -> list[str]:
        """Modes that the network can answer for."""
        present = set(self.network.about.modes)
        return [
            mode
            for mode, (kind, vehicles) in MODES.items()
            if kind != "transit" or (present if vehicles is None else present & set(vehicles))
        ]

    def _same_as(self, mode: str) -> str | None:
        """The wider mode that asks for the same vehicles here, so that nothing is computed twice."""
        vehicles = MODES[mode][1]
        if vehicles is None or not set(self.network.about.modes) <= set(vehicles):
            return None
        return "transit"

    def _told_kinds(self) -> list[str]:
        """Kinds with points, and those of which all are known: there may be none."""
        own = self.ground.opportunities
        placed = set(own.loc[own.geometry.notna(), "kind"])
        layers = [one for one in self.ground.territory.layers if one.status != "missing"]
        known = {kind for one in layers for kind in one.kinds}
        return sorted(placed | {k for k in known if all(one.complete for one in self._layers(k))})

    def _layers(self, kind: str) -> list[Layer]:
        """Layers that bring a kind."""
        every = self.ground.territory.layers
        return [one for one in every if kind in one.kinds and one.status != "missing"]

    def _unplaced(self, kind: str) -> NDArray[np.bool_]:
        """Cells of municipalities that have one of a kind whose position is not known."""
        own = self.ground.opportunities
        towns = own.loc[(own["kind"] == kind) & own.geometry.isna(), "municipality"].dropna()
        return np.isin(self.ground.cells["municipality"].astype(str), sorted(set(towns)))

    def points(self, kind: str) -> list[tuple[float, float]]:
        """Longitude and latitude of the opportunities of a kind whose position is known, sorted, each once."""
        if kind not in self._points_of:
            own = self.ground.opportunities
            shapes = own.loc[(own["kind"] == kind) & own.geometry.notna()].geometry
            found = sorted({(float(shape.x), float(shape.y)) for shape in shapes.representative_point()})
            self._points_of[kind] = found
        return self._points_of[kind]

    @cached_property
    def _points_of(self) -> dict[str, list[tuple[float, float]]]:
        return {}

    def _router(self, mode: str, network: Network | None = None) -> Router:
        return Router(network or self.network, options_of(mode, self.network))

    def _minutes(
        self, row: NDArray[np.uint8], mode: str, known: Sequence[str] = (), complete: bool = True
    ) -> CellMinutes:
        about, straight = self.network.about, self.network.streets.kind == "friction"
        return CellMinutes(
            row,
            LIMIT,
            about.status,
            tuple(dict.fromkeys([*about.sources, *known])),
            about.date or "",
            complete,
            BELOW_RESOLUTION if straight and mode in {"walk", "bike"} else 0,
        )

    def _kept(self, mode: str, key: Sequence[object], make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """What an earlier build computed under the same hash, else computed now and written into this one."""
        name = digest([*key, LIMIT, MEDIAN, self.names.of(mode), self._code])
        self._used.add(name)
        path = self.folder / FOLDER / f"{name}.npy"
        for other in self.elsewhere:
            if not path.is_file() and (other / FOLDER / path.name).is_file():
                path = other / FOLDER / path.name
        if not path.is_file():
            self.tell(f"times: {key[0]} {key[1]}")
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part.npy")
            np.save(part, make(), allow_pickle=False)
            part.replace(path)
        found: NDArray[Any] = np.load(path, allow_pickle=False)
        return found

    @cached_property
    def _code(self) -> str:
        return code_of(_CODE)

    @cached_property
    def _cells_hash(self) -> str:
        """Names the people and jobs of the cells, which sums rest on."""
        cells = self.ground.cells
        columns = (np.ascontiguousarray(cells[name].to_numpy(np.float64)) for name in ("pop", "jobs"))
        return hashlib.sha256(b"".join(one.tobytes() for one in columns)).hexdigest()

    @cached_property
    def _population_points(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """For each inhabited kilometre the cell nearest to the middle of its residents, and the residents."""
        cells = self.ground.cells
        people = cells["pop"].to_numpy(np.float64)
        side = 1000 // self.ground.resolution or 1
        gx, gy = (cells[name].to_numpy(np.int64) for name in ("gx", "gy"))
        km = (gy // side) * (1 << 32) + gx // side
        _, group = np.unique(km, return_inverse=True)
        total = np.bincount(group, weights=people)
        with np.errstate(invalid="ignore"):
            middle = [np.bincount(group, weights=people * axis) / total for axis in (gx, gy)]
        away = (gx - middle[0][group]) ** 2 + (gy - middle[1][group]) ** 2
        order = np.lexsort((np.arange(len(km)), np.where(people > 0, away, np.inf), group))
        first = np.ones(len(order), bool)
        first[1:] = group[order][1:] != group[order][:-1]
        chosen = order[first]
        inhabited = total > 0
        return chosen[inhabited].astype(np.int32), total[inhabited].astype(np.float64)

    def _sums_anew(
        self, mode: str, origin: NDArray[np.int32], weights: dict[str, NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """Sums of all origins; over a changed network only those of origins that the change may affect are run."""
        if self.known is None or mode not in self.known.inputs._modes():
            return self._sums(mode, origin, weights)
        before = self.known.inputs.all_to_all(mode)
        same = np.array_equal(before.origin, origin) and self.known.inputs._cells_hash == self._cells_hash
        if not same:
            return self._sums(mode, origin, weights)
        again = self.known.affected(mode)[origin]
        sums = before.sums.copy()
        if again.any():
            self.tell(f"all to all, {mode}: {np.count_nonzero(again)} of {len(origin)} origins may change")
            sums[again] = self._sums(mode, origin[again], weights, origin)
        return sums

    def _sums(
        self,
        mode: str,
        origin: NDArray[np.int32],
        weights: dict[str, NDArray[np.float64]],
        with_cells_of: NDArray[np.int32] | None = None,
    ) -> NDArray[np.float64]:
        """Run all to all over a network that has only the cells where somebody lives or works."""
        wanted = np.any([one > 0 for one in weights.values()], axis=0)
        wanted[origin if with_cells_of is None else with_cells_of] = True
        at = np.flatnonzero(wanted).astype(np.int32)
        small = only_cells(self.network, at)
        work = self.scratch / digest([self.names.of(mode), mode, len(at), origin.tolist(), self._code])
        folder = work / "network"
        if not folder.is_dir():
            write_network(small, work / "network.part")
            (work / "network.part").rename(folder)
        result = run_matrix(
            folder,
            options_of(mode, self.network),
            np.searchsorted(at, origin).astype(np.int32),
            work / "sums.parquet",
            keep="sums",
            weights={name: one[at] for name, one in weights.items()},
            limits=CUTOFFS,
            processes=self.processes if len(origin) > FEW else 1,  # starting a process takes seconds
            progress=lambda told: self.tell(f"all to all, {mode}: {_words(told)}"),
        )
        sums = _cumulative(pq.read_table(result.path), len(origin), tuple(weights))
        shutil.rmtree(work, ignore_errors=True)
        return sums


def options_of(mode: str, network: Network) -> Options:
    """The options that a mode of readings asks with: the network's usual window, the median, 120 minutes."""
    kind, vehicles = MODES[mode]
    window = network.about.window or Options.window
    return Options(mode=kind, vehicles=vehicles, window=window, percentiles=(MEDIAN,), max_minutes=LIMIT)  # type: ignore[arg-type]


def _cumulative(table: pa.Table, origins: int, kinds: tuple[str, ...]) -> NDArray[np.float64]:
    """Sums by class of time, in the order that they are written in, as sums within each cut-off."""
    sums = table.column("sum").to_numpy().reshape(origins, len(kinds), -1)
    return np.cumsum(sums, axis=2)[:, :, : len(CUTOFFS)]


def _words(told: MatrixProgress) -> str:
    left = "" if told.seconds_left is None else f", {told.seconds_left / 60:.1f} min left"
    return f"{told.done}/{told.total}{left}"


def _part_of_day(about: About) -> tuple[str, str] | None:
    """Hours that the timetable is known for, where they do not hold the whole day out."""
    if about.hours is None:
        return None
    first, last = (seconds_of(text) for text in about.hours)
    return None if first <= seconds_of(DAY_FROM) and seconds_of(DAY_TO) <= last else about.hours
