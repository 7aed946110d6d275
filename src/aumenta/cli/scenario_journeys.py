# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta scenario compare --journeys`: the journeys behind the figures of a run, in words or as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from aumenta.cli.choices import Format
from aumenta.cli.output import put_table, write

if TYPE_CHECKING:
    from aumenta.scenario.evidence import ChangedJourney, Evidence, Side
    from aumenta.twin.facade import Twin
    from aumenta.twin.scenario_run import ScenarioRun

_WORDS = {
    "before": {"it": "prima", "en": "before"},
    "after": {"it": "dopo", "en": "after"},
    "beyond": {"it": "oltre {n} min", "en": "beyond {n} min"},
    "minutes": {"it": "{n} min", "en": "{n} min"},
    "median": {
        "it": "mediana delle partenze {begin}-{end}: {old} -> {new}; {residents} residenti",
        "en": "median of the departures {begin}-{end}: {old} -> {new}; {residents} residents",
    },
    "always": {
        "it": "a ogni ora: {old} -> {new}; {residents} residenti",
        "en": "at any hour: {old} -> {new}; {residents} residents",
    },
    "none": {
        "it": "Nessun viaggio cambia di un minuto o più.",
        "en": "No journey changes by a minute or more.",
    },
    "absent": {
        "it": "Questa esecuzione non conserva viaggi: non cambia né la rete né ciò che si raggiunge, o è più vecchia.",
        "en": "This run keeps no journeys: it changes neither the network nor what is reached, or it is older.",
    },
    "failed": {
        "it": "I viaggi non si sono potuti ricostruire: {said}",
        "en": "The journeys could not be put together: {said}",
    },
}


def put_journeys(twin: Twin, done: ScenarioRun, form: Format, output: Path | None, language: str) -> None:
    """Print the journeys in words; as CSV a row for each with both minutes, as JSON all that the run keeps."""
    evidence = done.journeys
    if evidence is None:
        typer.echo(_say("absent", language), err=True)
        return
    if form is Format.json:
        from aumenta.scenario.evidence_file import evidence_text

        text = evidence_text(evidence)
        typer.echo(text, nl=False) if output is None else write(output, text)
        return
    if form is not Format.table or output is not None:
        import pandas as pd

        put_table(pd.DataFrame(_rows(evidence, language)), form, output)
        return
    if evidence.problem:
        typer.echo(_say("failed", language, said=evidence.problem))
    elif not evidence.journeys:
        typer.echo(_say("none", language))
    kinds = {kind.id: kind.name.get(language) for kind in twin.manifest.kinds}
    for one in evidence.journeys:
        _put(one, evidence, kinds, language)


def _put(one: ChangedJourney, evidence: Evidence, kinds: dict[str, str], language: str) -> None:
    typer.echo(_title(one, kinds, language))
    old, new = (_minutes(side.minutes, evidence.limit, language) for side in (one.before, one.after))
    what = "median" if one.before.departures or one.after.departures else "always"
    begin, end = evidence.window
    residents = f"{one.residents:,.0f}"
    typer.echo("  " + _say(what, language, begin=begin, end=end, old=old, new=new, residents=residents))
    for name, side in (("before", one.before), ("after", one.after)):
        if side.journey is None:
            typer.echo(f"  {_say(name, language)}: {_say('beyond', language, n=evidence.limit)}")
            continue
        goal = side.destination.name.get(language) if side.destination else ""
        goal = f" ({goal})" if goal else ""
        typer.echo(f"  {_say(name, language)}{goal}")
        for line in side.journey.text("it" if language == "it" else "en"):
            typer.echo(f"    {line}")
    typer.echo("")


def _title(one: ChangedJourney, kinds: dict[str, str], language: str) -> str:
    side = one.after if one.after.destination else one.before
    origin = side.origin.name.get(language) if side.origin else ""
    goal = side.destination.name.get(language) if side.destination else ""
    if one.target.kind == "nearest":
        goal = kinds.get(one.target.of, one.target.of)
    return f"{origin} -> {goal}  [{one.target.mode}]"


def _rows(evidence: Evidence, language: str) -> list[dict[str, Any]]:
    """A row for each journey."""
    found = []
    for one in evidence.journeys:
        row: dict[str, Any] = {
            "target": one.target.kind,
            "mode": one.target.mode,
            "kind": one.target.of,
            "cell": one.place.id,
            "municipality": one.municipality,
            "residents": one.residents,
            "departure": one.departure,
        }
        for name, side in (("before", one.before), ("after", one.after)):
            row |= {f"{name}_{key}": value for key, value in _side(side, language).items()}
        found.append(row)
    return found


def _side(side: Side, language: str) -> dict[str, Any]:
    journey = side.journey
    lines = (
        []
        if journey is None
        else [leg.vehicle.line or leg.vehicle.line_long for leg in journey.legs if leg.vehicle]
    )
    return {
        "minutes": side.minutes,
        "journey_minutes": None if journey is None else -(-journey.seconds // 60),
        "origin": side.origin.name.get(language) if side.origin else None,
        "destination": side.destination.name.get(language) if side.destination else None,
        "lines": ", ".join(lines),
    }


def _minutes(minutes: int | None, limit: int, language: str) -> str:
    return _say("beyond", language, n=limit) if minutes is None else _say("minutes", language, n=minutes)


def _say(what: str, language: str, **values: object) -> str:
    return _WORDS[what]["it" if language == "it" else "en"].format(**values)
