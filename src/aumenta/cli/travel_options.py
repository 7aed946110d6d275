# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The options of travel times, written once: every command that asks for travel times offers all of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from aumenta.errors import AccessError, Problem


class Mode(StrEnum):
    """Ways of moving."""

    walk = "walk"
    bike = "bike"
    car = "car"
    transit = "transit"


class Access(StrEnum):
    """How one gets to the first stop."""

    walk = "walk"
    bike = "bike"
    car = "car"


Window = Annotated[
    str | None,
    typer.Option(
        "--window",
        help="First departure and end, 7:00-9:00, or one departure (default: the twin's own window).",
    ),
]


def asked_options(  # noqa: PLR0917 - each is an option of a command line
    mode: Annotated[Mode, typer.Option("--mode", help="Way of moving.")] = Mode.transit,
    date: Annotated[
        str | None, typer.Option("--date", help="Day of the timetable, 2026-05-13 (default: a usual day).")
    ] = None,
    max_minutes: Annotated[
        int | None, typer.Option("--max-minutes", help="What takes longer is not reached (default 120).")
    ] = None,
    access: Annotated[
        Access | None,
        typer.Option("--access", help="Way to the first stop; by car to railway and metro only."),
    ] = None,
    bike_on_board: Annotated[
        bool, typer.Option("--bike-on-board", help="The bicycle travels along (with --access bike).")
    ] = False,
    rides: Annotated[
        int | None, typer.Option("--rides", help="Most vehicles boarded (default: any number).")
    ] = None,
    vehicles: Annotated[
        str | None,
        typer.Option("--vehicles", help="Modes that may be boarded, such as rail,metro (default: all)."),
    ] = None,
    walk_speed: Annotated[
        float | None, typer.Option("--walk-speed", help="Metres a second on the flat (default 1.4).")
    ] = None,
    change_seconds: Annotated[
        int | None, typer.Option("--change-seconds", help="Least seconds between two vehicles (default 60).")
    ] = None,
) -> dict[str, Any]:
    """Options by the names of `aumenta.access.options.Options`; what was not given keeps its default."""
    given: dict[str, Any] = {
        "mode": mode.value,
        "date": date,
        "max_minutes": max_minutes,
        "access": None if access is None else access.value,
        "bike_on_board": bike_on_board or None,
        "rides": rides,
        "vehicles": None if vehicles is None else tuple(v.strip() for v in vehicles.split(",")),
        "walk_speed": walk_speed,
        "change_seconds": change_seconds,
    }
    return {name: value for name, value in given.items() if value is not None}


def asks_travel_times(command: Callable[..., None]) -> Callable[..., None]:
    """Offer the options of travel times in the place of a command's parameter `asked`, and hand them over as that."""
    offered = list(_parameters(asked_options).values())
    parameters: list[inspect.Parameter] = []
    for name, parameter in _parameters(command).items():
        parameters += offered if name == "asked" else [parameter]

    @wraps(command)
    def called(**values: Any) -> None:
        given = {one.name: values.pop(one.name) for one in offered}
        command(asked=asked_options(**given), **values)

    # What reads the command line looks at both.
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Parameters with their annotations as types, all by name."""
    hints = get_type_hints(function, include_extras=True)
    return {
        name: parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(function).parameters.items()
    }


def window_of(text: str) -> tuple[str, str]:
    """Both ends of `7:00-9:00`; one time is a window of one departure."""
    ends = [end.strip() for end in text.split("-")]
    if len(ends) > 2:
        problem = Problem("not a window", field="--window", found=text, expected="7:00-9:00")
        raise AccessError("The question cannot be answered as it is put.", [problem])
    return ends[0], ends[-1]
