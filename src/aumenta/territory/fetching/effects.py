# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a build does with a fetched source of each format, in any territory; `fetch.yaml` names the layer it replaces.

A source whose format is `Kept` stays in the cache as it came, and the words say why. The columns of `Columns` are in
the order in which the format's parser gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aumenta.errors import PackError, Problem
from aumenta.territory.fetching.catalogue import FetchItem, Format
from aumenta.values.text import Text


@dataclass(frozen=True, slots=True)
class People:
    """Residents by single age and sex on 1 January of the argument `year`."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a table by municipality: the pack's column -> the parser's; `year` of the arguments is their date."""

    pairs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Points:
    """All opportunities of a kind; `complete` when the format is a register, so that no row means none."""

    kind: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Routed:
    """Streets or a timetable, read as they are when the network is compiled."""

    what: Literal["streets", "timetable"]


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing yet: the file stays in the cache."""

    why: Text


Effect = People | Columns | Points | Routed | Kept

_NO_READER = Text(
    it="ancora nessuna misura lo legge",
    en="no measure reads it yet",
)
EFFECTS: dict[Format, Effect] = {
    "istat_posas": People(),
    "mef_irpef": Columns({"taxpayers": "taxpayers", "taxable_eur": "taxable_eur"}),
    "ispra_soil": Columns({"consumed_ha": "consumed_ha", "consumed_percent": "consumed_share"}),
    "salute_pharmacies": Points("pharmacy", complete=True),
    "mim_schools": Kept(
        Text(
            it="dice i comuni per codice catastale, che i pacchetti non hanno, e non elenca le scuole paritarie",
            en="it names municipalities by cadastral code, which packs do not have, and lists no private schools",
        )
    ),
    "gtfs": Routed("timetable"),
    "osm_pbf": Routed("streets"),
    "file": Kept(_NO_READER),
}


def is_taken(item: FetchItem) -> bool:
    """Whether a build takes the source in: residents of a year always, anything else when it replaces a layer.

    >>> common = dict(id="a", title={"it": "a", "en": "a"}, publisher="a", address="https://a.example/a", file="a",
    ...               edition="fixed", licence="CC0-1.0", attribution="a")
    >>> [is_taken(FetchItem(format=f, replaces=r, **common))
    ...  for f, r in (("istat_posas", []), ("ispra_soil", ["soil"]), ("ispra_soil", []), ("gtfs", ["bus"]))]
    [True, True, False, True]
    """
    effect = EFFECTS[item.format]
    return isinstance(effect, People) or (bool(item.replaces) and not isinstance(effect, Kept))


def words_of(item: FetchItem) -> Text:  # noqa: PLR0911 - one for each effect
    """What a build with the source does with it, in words."""
    effect, year = EFFECTS[item.format], item.arguments.get("year", "?")
    if isinstance(effect, Kept):
        return Text(it=f"resta nella cache: {effect.why.it}", en=f"stays in the cache: {effect.why.en}")
    if isinstance(effect, People) and not item.replaces:
        return Text(
            it=f"residenti per età del {year}, un anno in più; l'anno di riferimento resta",
            en=f"residents by age of {year}, one more year; the reference year stays",
        )
    if not item.replaces:
        return Text(
            it="resta nella cache: fetch.yaml non gli fa sostituire nulla",
            en="stays in the cache: fetch.yaml lets it replace nothing",
        )
    if isinstance(effect, People):
        return Text(it=f"residenti per età del {year}", en=f"residents by age of {year}")
    if isinstance(effect, Columns):
        names = ", ".join(effect.pairs)
        return Text(it=f"colonne {names} ({year})", en=f"columns {names} ({year})")
    if isinstance(effect, Routed):
        streets = effect.what == "streets"
        return Text(it="strade" if streets else "orari", en="streets" if streets else "timetable")
    return Text(it=f"tutti i luoghi di tipo {effect.kind}", en=f"all points of kind {effect.kind}")


def year_of(item: FetchItem) -> int:
    """The argument `year` of a source. Raises `PackError` when it is not a year."""
    year = item.arguments.get("year", "")
    if not (len(year) == len("2023") and year.isascii() and year.isdigit()):
        problem = Problem(
            "the format needs the argument year",
            "fetch.yaml",
            field=item.id,
            found=year or None,
            expected="2023",
        )
        raise PackError("The list of official sources cannot be used.", [problem])
    return int(year)
