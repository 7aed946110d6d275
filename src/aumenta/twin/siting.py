# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where to put something, asked of a twin: checked against it, solved over its travel times, kept with its answer.

The id of an answer is the hash of the question, the build and the code: the same question on the same build is not
solved twice.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aumenta.scenario.change import number
from aumenta.scenario.changes_lines import MODE_WORDS
from aumenta.settings import get_settings
from aumenta.siting.explained import SitingAnswer
from aumenta.siting.problem import Progress, Stop, Tell
from aumenta.siting.question import Question, parse_question
from aumenta.siting.sentences import sentences_of, unit_of
from aumenta.store.fingerprint import code_of, digest
from aumenta.twin.siting_answer import Told
from aumenta.twin.siting_columns import columns_of, problem_of, refuse_uncovered
from aumenta.twin.siting_ground import SitingGround, ground_of_question
from aumenta.twin.siting_minutes import Row
from aumenta.twin.siting_people import demand_points
from aumenta.twin.siting_run import ANSWER, FOLDER, SitingRun, write_answer
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Packages whose code decides an answer.
_CODE = ("siting", "access", "network", "twin")


class TwinSiting:
    """A question together with the twin that it is asked of. Making one computes nothing."""

    def __init__(self, twin: Twin, question: Question | dict[str, Any]) -> None:
        self.twin = twin
        self.question = question if isinstance(question, Question) else parse_question(question)

    def __repr__(self) -> str:
        return f"<question {self.id} about {self.question.what}>"

    @cached_property
    def id(self) -> str:
        """Name of the answer that this question gives on this build with this software."""
        return digest([self.question.model_dump(mode="json"), self.twin.build, code_of(_CODE)])

    @cached_property
    def ground(self) -> SitingGround:
        """What the question means here; `SitingError` with everything that does not fit."""
        return ground_of_question(self.twin, self.question)

    @property
    def kept(self) -> SitingRun | None:
        """The answer that is there already; None when there is none."""
        folder = self.twin.root / FOLDER / self.id
        return SitingRun(self.twin, folder) if (folder / ANSWER).is_file() else None

    def run(self, tell: Tell | None = None, stop: Stop | None = None, again: bool = False) -> SitingRun:
        """The answer, kept with the twin; one that is there already is opened, unless it is asked for `again`.

        `tell` is called as it goes on; `stop` is asked whether to end: then the answer is the best so far, given and
        not kept. Raises `SitingError` with every problem before anything is computed, `AccessError` for a day or window
        that cannot be travelled, `TwinError` where the build has no network.
        """
        kept = self.kept
        if kept is not None and not again:
            return kept
        told, dropped = self._solved(tell or _nobody, stop)
        answer = self._answer(told, dropped)
        cells = _cells_of(self.twin, told)
        if kept is not None:  # what is kept is never written to again
            return SitingRun(self.twin, kept.folder if kept.answer == answer else None, answer, cells)
        if told.answer.status == "stopped":
            return SitingRun(self.twin, None, answer, cells)
        return SitingRun(self.twin, write_answer(self.twin.root / FOLDER, answer, cells), answer, cells)

    # --- within -------------------------------------------------------------------------

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of places by their ids."""
        return {str(k): str(v) for k, v in self.twin.places()[["id", "name"]].itertuples(index=False)}

    def _solved(self, tell: Tell, stop: Stop | None) -> tuple[Told, int]:
        from aumenta.siting.curve import curve  # noqa: PLC0415 - loads the solver
        from aumenta.siting.solve import solve  # noqa: PLC0415

        began, ground, own = time.monotonic(), self.ground, self.question
        demand = demand_points(
            ground.cells, ground.weighted, self.twin.grid.gx, self.twin.grid.gy, self.twin.grid.resolution,
            get_settings().siting_points,
        )  # fmt: skip
        columns, dropped = columns_of(
            self.twin,
            own,
            ground,
            lambda step: tell(Progress(step, time.monotonic() - began)),
            stop or _never,
        )
        refuse_uncovered(own, ground, demand, columns, self._names)
        problem = problem_of(own, ground, demand, columns)
        answer = solve(problem, gap=own.gap, seconds=own.seconds, tell=tell, stop=stop)
        return Told(own, ground, demand, columns, answer, curve(problem, answer)), dropped

    def _answer(self, told: Told, dropped: int) -> SitingAnswer:
        own, ground, answer = self.question, told.ground, told.answer
        manifest, names = self.twin.manifest, self._names
        network = manifest.network
        estimated = (
            ground.estimated
            or ground.existing.estimated
            or (network is None or network.status == "estimated")
        )
        made = SitingAnswer(
            id=self.id,
            question=own,
            build=self.twin.build,
            territory=manifest.pack.id,
            software={**manifest.software, "siting": code_of(_CODE)},
            name=ground.name,
            things=ground.things,
            area=ground.area,
            who=ground.who,
            status="estimated" if estimated else "reported",
            date=(own.date or (network.date if network else None)) if own.mode == "transit" else None,
            window=(own.window or self.twin.window) if own.mode == "transit" else None,
            people=round(float(ground.people.sum()), 6),
            cells=len(ground.cells),
            points=len(told.demand.at),
            side=told.demand.side,
            candidates=int((~told.columns.existing).sum()),
            existing=ground.existing.count,
            existing_unplaced=ground.existing.unplaced,
            existing_kinds=list(ground.existing.kinds),
            list_known=ground.existing.known,
            value=answer.value,
            unit=unit_of(own),
            bound=answer.bound,
            gap=answer.gap if np.isfinite(answer.gap) else None,
            solved=answer.status,
            method=answer.method,
            model=answer.model,
            second=answer.second,
            total=told.total(ground.area.it),
            places=told.places(names),
            sites=[one.model_copy(update={"place": names.get(one.municipality or "")}) for one in told.sites],
            curve=told.steps(),
            notes=[*ground.notes, *_notes(self.twin, told, dropped)],
        )
        return made.model_copy(update={"sentences": sentences_of(made)})


def _cells_of(twin: Twin, told: Told) -> pd.DataFrame:
    grid, at, served = twin.grid, told.ground.cells, told.served
    ids = np.array([*told.columns.ids, None], object)
    return pd.DataFrame(
        {
            "cell": np.asarray(grid.names)[at].astype(object),
            "gx": grid.gx[at],
            "gy": grid.gy[at],
            "people": told.ground.people,
            "minutes": _nullable(served.minutes),
            "before": _nullable(served.before),
            "site": ids[served.site],
        }
    )


def _nullable(minutes: Row) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(minutes.copy(), minutes == np.iinfo(np.uint8).max)


def _notes(twin: Twin, told: Told, dropped: int) -> list[Text]:
    """What has to be said of how the answer was made."""
    found = []
    if told.demand.side > twin.grid.resolution:
        points = number(len(told.demand.at), 0)
        found.append(
            Text(it=f"I luoghi sono scelti su {points.it} punti, uno per chilometro quadrato abitato; le persone sono "
                    "contate cella per cella.",
                 en=f"Sites are chosen on {points.en} points, one for each inhabited square kilometre; people are "
                    "counted cell by cell.")
        )  # fmt: skip
    if dropped:
        found.append(
            Text(it=f"Candidati lontani da ogni strada, lasciati fuori: {dropped}.",
                 en=f"Candidates far from any street, left out: {dropped}.")
        )  # fmt: skip
    network = twin.manifest.network
    if network is not None and told.question.mode == "transit":
        words = [MODE_WORDS.get(one, Text(it=one, en=one)) for one in network.modes]
        found.append(
            Text(it=f"Mezzi di cui il gemello ha gli orari: {', '.join(one.it for one in words)}.",
                 en=f"Vehicles that the twin has timetables of: {', '.join(one.en for one in words)}.")
        )  # fmt: skip
    if network is not None and network.streets == "friction":
        found.append(
            Text(it="Le strade sono stimate dalle celle: i tempi a piedi e in bici sono in linea d'aria con un "
                    "allungamento.",
                 en="Streets are estimated from the cells: times on foot and by bicycle are straight lines with a "
                    "detour.")
        )  # fmt: skip
    if told.answer.problem.capacities is not None:
        found.append(
            Text(it="Con le capienze, le persone di uno stesso punto possono andare in luoghi diversi: in celle e "
                    "comuni è contato quello che ne prende di più. La curva non tiene conto delle capienze.",
                 en="With capacities the people of one point may go to different sites: cells and municipalities count "
                    "the one that takes most. The curve does not mind capacities.")
        )  # fmt: skip
    return found


def _nobody(progress: Progress) -> None:
    """Nobody is told."""


def _never() -> bool:
    """Nobody wants it to stop."""
    return False
