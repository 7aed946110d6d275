# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which run a page shows, of which build of the twin, what has changed since, and the address that leads back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from aumenta.scenario.runs import RunRecord
from aumenta.web.build_changes import choices_that_differ, files_that_differ
from aumenta.web.i18n import Language
from aumenta.web.scenario_data import Card, ScenarioData
from aumenta.web.site import Visit

#: Inputs that are named; of more only how many.
_NAMED = 6


@dataclass(frozen=True)
class Since:
    """What is otherwise in the build in use than in the one that a run started from.

    `inputs` names files and settings, `more` counts those that are not named; `code`: the software is another.
    """

    inputs: tuple[str, ...]
    more: int
    code: bool
    url: str


@dataclass(frozen=True)
class Shown:
    """A run as the page tells of it. `old`: of another build than the one in use.

    `newer` leads to the page without this run, where a later one of the scenario tells more; `since` is what changed.
    """

    run: str
    made: str
    build: str
    build_made: str
    old: bool
    newer: str
    since: Since | None


def shown_of(visit: Visit, data: ScenarioData, card: Card, record: RunRecord) -> Shown:
    """What there is to say of the run that is shown."""
    language, old = visit.language, record.build != data.twin.build
    query = {key: value for key, value in visit.query.items() if key != "run"}
    later = card.record is not None and card.record.run != record.run
    build_made = data.build_made(record.build)
    return Shown(
        run=record.run,
        made=made_text(data, record, language),
        build=record.build,
        build_made=_when(build_made, language),
        old=old,
        newer=visit.url("scenario", query, scenario=record.scenario) if later else "",
        since=_since(visit, data, record) if old else None,
    )


def made_text(data: ScenarioData, record: RunRecord, language: Language) -> str:
    """When a run was made, in the time of this machine."""
    return _when(data.run_made(record), language)


def share_query(run: str, indicator: str) -> dict[str, str]:
    """What an address has to name to lead to these very figures."""
    return {"run": run, **({"indicator": indicator} if indicator else {})}


def _when(seconds: float | None, language: Language) -> str:
    """A time of this machine; blank where it is not known."""
    if not seconds:
        return ""
    when = datetime.fromtimestamp(seconds).astimezone()
    return str(format_datetime(when, "d MMM y, HH:mm", locale=language.locale))


def _since(visit: Visit, data: ScenarioData, record: RunRecord) -> Since | None:
    base = data.base(record)
    if base is None:
        return None
    before, now, language = base.manifest, data.twin.manifest, visit.language
    say = {
        "changed": language.gettext("%(name)s changed"),
        "came": language.gettext("%(name)s is new"),
        "went": language.gettext("%(name)s is no longer there"),
    }
    named = [say[kind] % {"name": name} for name, kind in files_that_differ(before, now)]
    named += [
        language.gettext("%(name)s: %(old)s before, %(new)s now") % {"name": name, "old": old, "new": new}
        for name, old, new in choices_that_differ(before, now)
    ]
    return Since(
        inputs=tuple(named[:_NAMED]),
        more=max(0, len(named) - _NAMED),
        code=before.software != now.software,
        url=visit.url("changes", {"build": record.build}),
    )
