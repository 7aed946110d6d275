# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios on a twin: checked against it, computed over its changed inputs, kept as runs. The twin is untouched."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.model import Network
from aumenta.readings.measure import Measure, Run
from aumenta.scenario.catalogue import (
    CELLS,
    NETWORK,
    OPPORTUNITIES,
    PLACES,
    REGISTER,
    TABLE,
    Catalogue,
    catalogue_of,
)
from aumenta.scenario.model import Scenario, dump_scenario, load_scenario
from aumenta.scenario.resolve import Resolved, apply_all, resolve_all
from aumenta.scenario.runs import RECORD, SCENARIO, RunRecord, Runs
from aumenta.store.build_files import write_json
from aumenta.store.fingerprint import code_of, digest
from aumenta.store.unfinished import tell_progress
from aumenta.store.view import Loader, View
from aumenta.twin.ground import Ground, figures_of, view_of
from aumenta.twin.measures import measures_of
from aumenta.twin.network_names import NetworkNames, names_of_build
from aumenta.twin.reopened import ground_of
from aumenta.twin.scenario_journeys import write_journeys
from aumenta.twin.scenario_list import load_known
from aumenta.twin.scenario_run import ScenarioRun
from aumenta.twin.stages import Written, write_values
from aumenta.twin.travel_inputs import Known, TravelInputs
from aumenta.twin.travel_stage import SCRATCH

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Called as a run goes on with what `progress.json` holds.
Tell = Callable[[dict[str, Any]], None]
#: Inputs that take longest: measures that read them come after those that do not, so that first results come early.
_LONG = "sums:"
#: What measures read that a changed input of the View may make otherwise, by how its name begins.
_MOVED_BY = {
    NETWORK: ("times:", "sums:", "deadlines:"),
    OPPORTUNITIES: ("times:nearest:", "points:", "beds", "opportunities"),
    CELLS: ("cells", "population", "sums:"),
    PLACES: ("members", "areas", "seats", "bands"),
}
#: Packages whose code decides what a change does.
_CODE = ("scenario",)


class TwinScenario:
    """A scenario together with the twin that it is meant for."""

    def __init__(self, twin: Twin, scenario: Scenario | str | Path) -> None:
        self.twin = twin
        self.runs = Runs(twin.root)
        if isinstance(scenario, Scenario):
            self.scenario = scenario
        elif isinstance(scenario, Path) or scenario.endswith((".yaml", ".yml")):
            self.scenario = load_scenario(Path(scenario))
        else:
            self.scenario = load_known(twin, scenario)

    @cached_property
    def run_id(self) -> str:
        """Name of the run that this scenario gives on this build with this software, as it is when first asked."""
        return digest([dump_scenario(self.scenario), self.twin.build, code_of(_CODE)])

    @property
    def ground(self) -> Ground:
        """The ground of the twin's build, read once for all scenarios."""
        return self.twin.once("scenario ground", lambda: ground_of(self.twin))

    @property
    def view(self) -> View:
        """What changes read and replace; the same for all scenarios, nobody writes to it."""
        return self.twin.once("scenario view", self._view)

    def _view(self) -> View:
        ground = self.ground
        loaders: dict[str, Loader] = {
            CELLS: lambda: ground.cells,
            OPPORTUNITIES: lambda: ground.opportunities,
            PLACES: lambda: ground.places,
            REGISTER: lambda: view_of(ground)[REGISTER],
        }
        for name in ground.territory.tables:
            loaders[f"{TABLE}{name}"] = lambda name=name: figures_of(ground.territory, name)  # type: ignore[misc]
        if self.twin.has_network:
            loaders[NETWORK] = lambda: self.twin.network
        return View(loaders)

    @cached_property
    def resolved(self) -> Resolved:
        """The scenario with everything that is wrong with it on this twin."""
        actions = [one.code for one in self.twin.plan.actions] if self.twin.has_plan else None
        return resolve_all(self.scenario, self.catalogue, actions)

    @property
    def catalogue(self) -> Catalogue:
        """What there is before any change; the same for all scenarios."""
        return self.twin.once("scenario catalogue", self._catalogue)

    def _catalogue(self) -> Catalogue:
        territory = self.ground.territory
        kinds = {kind.id: kind for kind in territory.kinds.kinds}
        return catalogue_of(self.view, kinds, dict(territory.tables), territory.about.gateways)

    def run(self, full: bool = False, tell: Tell | None = None) -> ScenarioRun:
        """Apply the scenario, compute what it may change, and keep the run; one that is there already is opened.

        With `full` everything is computed again (the values are the same bytes). `tell` is called as it goes on. Raises
        `ScenarioError` with every problem before anything is computed.
        """
        name = self.run_id
        if not full and name in self.runs.names():
            return ScenarioRun(self.twin, self.runs, self.runs.record(name))
        self.resolved.checked()
        for input_ in self.view:  # loaded once, so that what a change did not replace is the same object
            if self.may_touch(input_):
                self.view[input_]
        view = apply_all(self.resolved, self.view)
        with self.runs.writing(name) as folder:
            progress = _Progress(self, folder, tell)
            progress("applied")
            record = _computed(self, view, folder, full, progress)
            (folder / SCENARIO).write_text(dump_scenario(self.scenario), encoding="utf-8", newline="\n")
            write_json(record.model_dump_json(indent=1) + "\n", folder / RECORD)
        return ScenarioRun(self.twin, self.runs, self.runs.record(name))

    def may_touch(self, name: str) -> bool:
        """Whether a change of the scenario may replace an input of the view."""
        own = {touched for change in self.scenario.changes for touched in change.touches}
        return any(name == one or (one.endswith(":") and name.startswith(one)) for one in own)


class _Progress:
    """Writes what a run has come to beside it, with the first results, and passes it on."""

    def __init__(self, scenario: TwinScenario, folder: Path, tell: Tell | None) -> None:
        self.folder, self.tell, self.began = folder, tell, time.monotonic()
        self.told: dict[str, Any] = {
            "run": scenario.run_id,
            "scenario": scenario.scenario.id,
            "build": scenario.twin.build,
            "stage": "",
            "seconds": 0.0,
            "done": [],
            "first": [],
        }
        whole = scenario.twin.values(level="metropolis")
        keys = zip(whole["indicator"].astype(str), whole["period"].astype(str), strict=True)
        self.before = dict(zip(keys, whole["value"].to_numpy(float).tolist(), strict=True))

    def __call__(self, stage: str) -> None:
        self.told |= {"stage": stage, "seconds": round(time.monotonic() - self.began, 1)}
        tell_progress(self.folder, self.told)
        if self.tell is not None:
            self.tell(self.told)

    def found(self, run: Run) -> None:
        """A measure ran: what it says of the whole metropolis, where that is another figure than before."""
        self.told["done"].append(run.measure.id)
        for frame in run.result.rows:
            whole = frame[frame["level"] == "metropolis"]
            values = whole["value"].to_numpy(float).tolist()
            keys = zip(whole["indicator"].astype(str), whole["period"].astype(str), strict=True)
            for (indicator, period), after in zip(keys, values, strict=True):
                before = self.before.get((indicator, period), math.nan)
                if not math.isnan(before) and not math.isnan(after) and after != before:
                    self.told["first"].append({"indicator": indicator, "before": before, "after": after})
        self(run.measure.id)


@dataclass(frozen=True)
class _Affected:
    """Flags of the cells from which travel times may change, by mode, found when first asked for."""

    before: Network
    after: Network
    found: dict[str, NDArray[np.bool_]]

    def __call__(self, mode: str) -> NDArray[np.bool_]:
        if mode not in self.found:
            from aumenta.scenario.affected import affected_cells  # noqa: PLC0415 - loads the kernels
            from aumenta.twin.travel_inputs import options_of  # noqa: PLC0415

            self.found[mode] = affected_cells(self.before, self.after, options_of(mode, self.after))
        return self.found[mode]


def _computed(scenario: TwinScenario, view: View, folder: Path, full: bool, tell: _Progress) -> RunRecord:
    """Run the measures over the changed inputs and write their values; the record of it all."""
    before, twin = scenario.view, scenario.twin
    touched = sorted(name for name in view if scenario.may_touch(name) and view[name] is not before[name])
    ground = replace(
        scenario.ground, cells=view[CELLS], opportunities=view[OPPORTUNITIES], places=view[PLACES]
    )
    given = {name: view[name] for name in touched if name.startswith(TABLE) or name == REGISTER}
    inputs = view_of(ground).replaced(given)
    affected: dict[str, NDArray[np.bool_]] = {}
    if twin.has_network:
        travel = _travel(scenario, view, ground, folder, full, affected, tell)
        inputs = inputs.extended(travel.loaders())
    moved = tuple(begin for name in touched for begin in _MOVED_BY.get(name, (name,)))
    measures = sorted(measures_of(ground.territory).values(), key=lambda one: _turn(one, moved))
    written = write_values(ground, inputs, measures, folder, lambda _: None, tell.found)
    if twin.has_network and {NETWORK, OPPORTUNITIES} & set(touched):
        tell("journeys")
        written.files |= write_journeys(_before(scenario, travel), travel, written.measures, folder)
    return _record(scenario, written, touched, full, {mode: int(one.sum()) for mode, one in affected.items()})


def _turn(measure: Measure, moved: tuple[str, ...]) -> tuple[bool, bool]:
    """When a measure's turn comes: first those that read what the changes moved, quick ones before long ones."""
    names = [one.name for one in measure.inputs]
    concerned = any(name.startswith(moved) for name in names)
    return not concerned, any(name.startswith(_LONG) for name in names)


def _travel(
    scenario: TwinScenario,
    view: View,
    ground: Ground,
    folder: Path,
    full: bool,
    affected: dict[str, NDArray[np.bool_]],
    tell: _Progress,
) -> TravelInputs:
    """Travel times over the changed network; those of the build serve where nothing can be otherwise."""
    twin, before, after = scenario.twin, scenario.view[NETWORK], view[NETWORK]
    names = names_of_build(twin.manifest.files)
    scratch = folder / SCRATCH
    own = TravelInputs(scenario.ground, before, names, folder, scratch, tell, elsewhere=(twin.folder,))
    if after is before:
        elsewhere = () if full else (twin.folder,)
        return TravelInputs(ground, before, names, folder, scratch, tell, elsewhere=elsewhere)
    change = [names.whole, dump_scenario(scenario.scenario), code_of(_CODE)]
    streets = (
        names.streets if after.streets is before.streets and after.cells is before.cells else digest(change)
    )
    return TravelInputs(
        ground,
        after,
        NetworkNames(streets, digest([*change, "whole"])),
        folder,
        scratch,
        tell,
        elsewhere=() if full else (twin.folder,),
        known=None if full else Known(own, _Affected(before, after, affected)),
    )


def _before(scenario: TwinScenario, travel: TravelInputs) -> TravelInputs:
    """The travel times of the build that a run started from."""
    names, elsewhere = names_of_build(scenario.twin.manifest.files), (scenario.twin.folder,)
    before = scenario.view[NETWORK]
    return replace(
        travel, ground=scenario.ground, network=before, names=names, elsewhere=elsewhere, known=None
    )


def _record(
    scenario: TwinScenario, written: Written, touched: list[str], full: bool, affected: dict[str, int]
) -> RunRecord:
    twin, own = scenario.twin, scenario.scenario
    return RunRecord(
        run=scenario.run_id,
        scenario=own.id,
        name=own.name,
        actions=own.actions,
        territory=own.territory,
        build=twin.build,
        software={**twin.manifest.software, "scenario": code_of(_CODE)},
        full=full,
        changes=list(scenario.resolved.descriptions),
        touched=touched,
        cells=len(scenario.ground.cells),
        affected=affected,
        reasons=written.reasons,
        cell_statuses=written.cell_statuses,
        failed=written.failed,
        files=written.files,
    )
