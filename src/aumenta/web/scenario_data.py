# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of scenarios share: the list, the last run of each and its state, what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aumenta.errors import AumentaError, ScenarioError
from aumenta.scenario.model import Scenario, dump_scenario
from aumenta.scenario.resolve import Resolved
from aumenta.scenario.runs import RECORD, RunRecord
from aumenta.store.layout import MANIFEST, Layout
from aumenta.twin.facade import Twin
from aumenta.twin.scenario_list import KnownScenario, known_scenario
from aumenta.twin.scenario_run import ScenarioRun
from aumenta.web.build_changes import OtherBuild, other_builds
from aumenta.web.jobs import JobState
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.readying import Readying
from aumenta.web.scenario_effects import Effects
from aumenta.web.scenario_runs import ScenarioQueue
from aumenta.web.serving import LOOPBACK
from aumenta.web.site import Site
from aumenta.web.territory_index import build_index

#: How a scenario stands: never run; run as it is; run before it was written anew; run before the twin was built again;
#: taken out of the list, with its runs kept.
Standing = Literal["new", "run", "changed", "stale", "gone"]
#: Seconds that a page waits for what takes longer, before it is given without.
PATIENCE = 0.4


@dataclass(frozen=True)
class Card:
    """A scenario with its last run, as far as there is one.

    The state of the queue is looked at before the runs: one that ends between the two is still told as going on, and
    who watches the page looks again.
    """

    known: KnownScenario
    standing: Standing
    record: RunRecord | None
    state: JobState


class ScenarioData:
    """Scenarios of the twin that is served."""

    def __init__(self, site: Site) -> None:
        self.site, self.twin = site, site.twin
        self.maps = maps_of(site)
        self.queue = ScenarioQueue(site.twin, site.settings, site.background)
        self._effects: Readying[Effects] = Readying(site.background)
        self._resolved: Readying[Resolved] = Readying(site.background)
        self._records: dict[str, RunRecord] = {}
        self._old_maps: dict[str, MapData] = {}

    def records(self) -> dict[str, list[RunRecord]]:
        """Finished runs by scenario, oldest first; a run never changes, so each is read once."""
        found: dict[str, list[RunRecord]] = {}
        runs = self.twin.runs
        for name in runs.names():
            if name not in self._records:
                try:
                    self._records[name] = runs.record(name)
                except ScenarioError:  # damaged, or of another version: as if it were not there
                    continue
            record = self._records[name]
            found.setdefault(record.scenario, []).append(record)
        return found

    def cards(self) -> list[Card]:
        """Every scenario, in the order of their actions."""
        outside = self.queue.outside()
        known = [(one, self.queue.state(one.id, outside)) for one in self.twin.scenarios()]
        records = self.records()
        cards = [self._card(one, state, records.get(one.id, [])) for one, state in known]
        return sorted(cards, key=lambda card: (_order(card.known.scenario), card.known.id))

    def card(self, name: str) -> Card | None:
        """One scenario; None when there is none of the id."""
        known, state = known_scenario(self.twin, name), self.queue.state(name)
        return None if known is None else self._card(known, state, self.records().get(name, []))

    def _card(self, known: KnownScenario, state: JobState, records: list[RunRecord]) -> Card:
        here = [record for record in records if record.build == self.twin.build]
        if not here:
            return Card(known, "stale" if records else "new", records[-1] if records else None, state)
        if known.scenario is None:
            return Card(known, "changed", here[-1], state)
        own = dump_scenario(known.scenario)
        same = [record for record in here if self._as_run(record.run) == own]
        return Card(known, "run" if same else "changed", (same or here)[-1], state)

    def _as_run(self, run: str) -> str:
        """A scenario as it was when it ran."""
        try:
            return self.site.once(
                f"scenario of run {run}", lambda: dump_scenario(self.twin.runs.scenario_of(run))
            )
        except ScenarioError:
            return ""

    def run_named(self, run: str, scenario: str | None = None) -> RunRecord | None:
        """A finished run whose build is still there, of any scenario or of one."""
        records = (record for own in self.records().values() for record in own if record.run == run)
        found = next((record for record in records if scenario in (None, record.scenario)), None)
        return found if found is not None and self.base(found) is not None else None

    def kept(self, record: RunRecord) -> Card | None:
        """A scenario that is no longer in the list, as it was when it ran."""
        try:
            scenario = self.twin.runs.scenario_of(record.run)
        except ScenarioError:
            return None
        path = self.twin.runs.path(record.run)
        known = KnownScenario(record.scenario, path, saved=False, bundled=False, scenario=scenario)
        return Card(known, "gone", record, JobState("idle"))

    def told_by(self, card: Card) -> RunRecord | None:
        """The run whose figures a page shows: the last one, also of another build as long as that is there."""
        return card.record if card.record is not None and self.base(card.record) is not None else None

    def base(self, record: RunRecord) -> Twin | None:
        """The build that a run is compared with, the one it started from; None where that is there no longer."""
        if record.build == self.twin.build:
            return self.twin
        found = self._builds().get(record.build)
        if found is None or found.manifest is None:
            return None
        manifest, folder = found.manifest, Layout(self.twin.root).build(record.build)
        return self.site.once(f"build {record.build}", lambda: Twin(self.twin.root, folder, manifest))

    def _builds(self) -> dict[str, OtherBuild]:
        return {one.name: one for one in other_builds(self.twin)}

    def build_made(self, build: str) -> float | None:
        """When a build was made, in seconds since 1970; None where it is there no longer."""
        try:
            return (Layout(self.twin.root).build(build) / MANIFEST).stat().st_mtime
        except (OSError, AumentaError):
            return None

    def run_made(self, record: RunRecord) -> float | None:
        """When a run was made, in seconds since 1970."""
        try:
            return (self.twin.runs.path(record.run) / RECORD).stat().st_mtime
        except (OSError, ScenarioError):
            return None

    def effects(self, record: RunRecord, patience: float = PATIENCE) -> Effects | AumentaError | None:
        """What a run does to the build that it started from; None as long as it is being put together."""

        def make() -> Effects:
            base = self.base(record)
            if base is None:
                raise ScenarioError("The build that the run started from is there no longer.")
            maps = self.maps if base is self.twin else self._maps_of(base)
            made = Effects(ScenarioRun(base, base.runs, record), maps)
            made.prepare()
            return made

        return self._effects.get(record.run, make, patience)

    def _maps_of(self, base: Twin) -> MapData:
        """Prepared maps of another build; made in the thread beside the pages, by one at a time."""
        if base.build not in self._old_maps:
            self._old_maps[base.build] = MapData(build_index(base), base)
        return self._old_maps[base.build]

    def resolved(self, scenario: Scenario, patience: float = PATIENCE) -> Resolved | AumentaError | None:
        """A scenario against the territory; None as long as ground and network are being read.

        Who asks may run it next: a process that reads the twin for that is begun where runs can be started.
        """
        if self.site.settings.host in LOOPBACK and self.twin.manifest.complete:
            self.queue.prepare()
        return self._resolved.get(
            dump_scenario(scenario), lambda: self.twin.scenario(scenario).resolved, patience
        )

    def version(self, card: Card, record: RunRecord | None) -> str:
        """Another word whenever the page of a scenario has something new to show; taken before the page is made.

        `record` is the run that the page shows.
        """
        last, run = (one.run if one else "" for one in (card.record, record))
        made = bool(run) and self._effects.ready(run)
        read = card.known.scenario is not None and self._resolved.ready(dump_scenario(card.known.scenario))
        return f"{card.state.version}-{card.standing}-{last}-{run}-{int(made)}{int(read)}"


def _order(scenario: Scenario | None) -> tuple[int, ...]:
    """By the first action; without one at the end."""
    first = scenario.actions[0] if scenario and scenario.actions else "99.99.99"
    return tuple(int(part) for part in first.split(".") if part.isdigit())
