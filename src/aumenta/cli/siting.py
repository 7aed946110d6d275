# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta siting`: where to put something so that people reach it, with the proof of how good the choice is."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aumenta.cli.choices import Folder, Language, Quiet
from aumenta.cli.output import write
from aumenta.cli.progress import teller
from aumenta.cli.travel_options import Mode

if TYPE_CHECKING:
    from aumenta.siting.question import Question
    from aumenta.twin.facade import Twin
    from aumenta.twin.siting_run import SitingRun

Words = Annotated[Language, typer.Option("--language", help="Language of names and words.")]
Many = list[str] | None


class Objective(StrEnum):
    """What a choice of sites is good at."""

    median = "median"
    centre = "centre"
    coverage = "coverage"
    set_cover = "set_cover"
    worst_first = "worst_first"


class Complete(StrEnum):
    """Whether all that is there already is in the list."""

    yes = "yes"
    no = "no"
    unknown = "unknown"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(siting)


def siting(  # noqa: PLR0917 - each is a part of the question
    what: Annotated[
        str | None,
        typer.Option("--what", help="Action of the plan whose lever opens the sites (--choices lists them)."),
    ] = None,
    count: Annotated[int | None, typer.Option("--count", help="New sites at most.")] = None,
    area: Annotated[
        Many, typer.Option("--area", help="Ids of places (default: the whole territory).")
    ] = None,
    candidates: Annotated[
        Many,
        typer.Option("--candidates", help="`seats` of municipalities (default), or kinds of opportunities."),
    ] = None,
    point: Annotated[Many, typer.Option("--point", help="A candidate of its own: lon,lat,name.")] = None,
    objective: Annotated[
        Objective | None, typer.Option("--objective", help="What is wanted (default median).")
    ] = None,
    within: Annotated[
        int | None, typer.Option("--within", help="Minutes that are near enough (default 30).")
    ] = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help="Way of moving (default car).")] = None,
    window: Annotated[
        str | None, typer.Option("--window", help="With transit: first departure and end, 7:00-9:00.")
    ] = None,
    date: Annotated[str | None, typer.Option("--date", help="With transit: day of the timetable.")] = None,
    max_minutes: Annotated[
        int | None, typer.Option("--max-minutes", help="What takes longer is not reached (default 120).")
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", help="Who counts: all, 65_plus ... (default all).")
    ] = None,
    weights: Annotated[Many, typer.Option("--weight", help="Instead of --who, by age: 65_plus:2.")] = None,
    groups: Annotated[
        str | None, typer.Option("--groups", help="With worst_first: band, zone or municipality.")
    ] = None,
    share: Annotated[
        float | None, typer.Option("--share", help="With set_cover: share of people, 0 to 1.")
    ] = None,
    existing: Annotated[
        bool, typer.Option("--existing/--no-existing", help="Whether what is there already serves too.")
    ] = True,
    existing_kinds: Annotated[
        Many, typer.Option("--existing-kind", help="What is there already (default: the kind placed).")
    ] = None,
    list_complete: Annotated[
        Complete | None, typer.Option("--list-complete", help="Whether the list of those is complete.")
    ] = None,
    budget: Annotated[float | None, typer.Option("--budget", help="In the unit of the costs.")] = None,
    cost: Annotated[float | None, typer.Option("--cost", help="Of a new site.")] = None,
    costs: Annotated[Many, typer.Option("--cost-of", help="Of one candidate: id:amount.")] = None,
    capacity: Annotated[
        float | None, typer.Option("--capacity", help="People that a new site takes.")
    ] = None,
    capacities: Annotated[Many, typer.Option("--capacity-of", help="Of one candidate: id:people.")] = None,
    existing_capacity: Annotated[
        float | None, typer.Option("--existing-capacity", help="People that a site already there takes.")
    ] = None,
    parameters: Annotated[
        Many, typer.Option("--set", help="A parameter of the lever: type=community_health.")
    ] = None,
    gap: Annotated[
        float | None, typer.Option("--gap", help="Proven gap that is good enough (default 0.01).")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help="Then the best answer so far is given (default 60).")
    ] = None,
    question: Annotated[
        Path | None,
        typer.Option(
            "--question",
            help="Ask a question.json again, in the place of all these; - reads it from the input.",
        ),
    ] = None,
    save_scenario: Annotated[
        str | None, typer.Option("--save-scenario", help="Keep the new sites as a scenario of this id.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of that scenario.")] = None,
    choices: Annotated[bool, typer.Option("--choices", help="Print what can be asked, and end.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Solve also what was answered before.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the cells with their site and minutes as CSV."),
    ] = None,
    twin: Folder = None,
    language: Words = Language.en,
    quiet: Quiet = False,
) -> None:
    """Choose sites so that people reach them: who is served by what, who is still beyond, what one more would add."""
    from aumenta.twin.facade import open_twin

    given = dict(locals())
    opened = open_twin(twin)
    if choices:
        _print_choices(opened, language.value)
        return
    asked = _asked(question, given)
    with _interruptible() as stop:
        run = _with_progress(opened, asked, again, quiet, stop)
    if as_json:
        typer.echo(run.answer.model_dump_json(indent=1))
    elif not quiet:
        from aumenta.cli.siting_report import print_answer

        print_answer(run, language.value)
    if output is not None:
        write(output, run.cells.to_csv(index=False, lineterminator="\n"))
    if save_scenario is not None:
        _save(opened, run, save_scenario, name, quiet=quiet or as_json)


_FIELDS = (
    "what", "count", "area", "candidates", "objective", "within", "mode", "window", "date", "max_minutes", "who",
    "weights", "groups", "share", "existing_kinds", "list_complete", "budget", "cost", "costs", "capacity",
    "capacities", "existing_capacity", "parameters", "gap", "seconds",
)  # fmt: skip


def _asked(file: Path | None, given: dict[str, Any]) -> Question:
    """The question of the options, or of a file."""
    from aumenta.errors import Problem, SitingError
    from aumenta.siting.form import question_of
    from aumenta.siting.question import SUMMARY, parse_question

    if file is not None:
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
            return parse_question(json.loads(text))
        except (OSError, ValueError) as error:
            raise SitingError(SUMMARY, [Problem("cannot be read", str(file), found=str(error))]) from None
    if given["what"] is None:
        problem = Problem(
            "what to place is not said", field="--what", expected="an action; --choices lists them"
        )
        raise SitingError(SUMMARY, [problem])
    fields = {name: _texts(given[name]) for name in _FIELDS if given[name] is not None}
    fields["points"] = _texts(given["point"] or [])
    fields["count_existing"] = ["yes" if given["existing"] else "no"]
    return question_of(fields)


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C once asks the solver for the best answer so far; twice ends the command."""
    asked: list[bool] = []
    usual = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: object) -> None:
        asked.append(True)
        signal.signal(signal.SIGINT, usual)

    try:
        signal.signal(signal.SIGINT, ask)
    except ValueError:  # not the main thread: nobody can press a key
        yield lambda: False
        return
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, usual)


def _with_progress(
    twin: Twin, question: Question, again: bool, quiet: bool, stop: Callable[[], bool]
) -> SitingRun:
    from rich.console import Console

    asked, tell = twin.siting(question), teller()
    if tell is not None:
        run = asked.run(lambda told: tell({"step": told.step, "seconds": told.seconds}), stop, again)
        tell({"step": "done", "answer": run.id}, now=True)
        return run
    if quiet:
        return asked.run(stop=stop, again=again)
    screen = Console(stderr=True, highlight=False)
    with screen.status("", spinner="dots") as status:
        return asked.run(lambda told: status.update(f"{told.seconds:.0f} s  {told.step}"), stop, again)


def _save(twin: Twin, run: SitingRun, id: str, name: str | None, quiet: bool) -> None:
    """Check the scenario on the twin, then keep it."""
    from aumenta.values.text import Text

    answer = run.answer
    words = Text(it=name, en=name) if name else Text(
        it=f"{answer.things.it}: {answer.area.it}", en=f"{answer.things.en}: {answer.area.en}"
    )  # fmt: skip
    made = run.to_scenario(id, words)
    twin.scenario(made).resolved.checked()
    path = twin.runs.save(made)
    if not quiet:
        typer.echo(f"scenario {made.id}  {path}")


def _print_choices(twin: Twin, language: str) -> None:
    """Everything that can be asked of this twin, with what is missing for the rest."""
    found = twin.siting_choices
    typer.echo("--what")
    for thing in found.what:
        kind = f"  [{thing.kind or f'--set {thing.asks}=...'}]"
        typer.echo(f"  {thing.id}  {thing.things.get(language)}{kind}")
    for option, named in (
        ("--objective", found.objectives), ("--candidates", found.candidates), ("--who", found.who),
        ("--mode", found.modes), ("--groups", found.groups), ("--list-complete", found.list_complete),
    ):  # fmt: skip
        typer.echo(option)
        for one in named:
            why = (
                f"  (not here: {one.why.get(language)})" if one.why is not None and not one.available else ""
            )
            typer.echo(f"  {one.id}  {one.name.get(language)}{why}")
    typer.echo("--area")
    for place in found.areas:
        if place.level != "municipality":
            typer.echo(f"  {place.id}  {place.name} ({place.level})")
    towns = sum(place.level == "municipality" for place in found.areas)
    typer.echo(f"  and {towns} municipalities by their ids")
