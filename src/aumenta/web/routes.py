# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The one table of pages: navigation, language switch, documentation test and accessibility test read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.convertors import Convertor, register_url_convertor

from aumenta.values.text import Text


@dataclass(frozen=True)
class Page:
    """One page: its id, its name and its path after the language (`/it`, `/en`), with parameters in braces.

    `nav` is the place in the main navigation (None = not in it); `under` is the page that the navigation marks
    as current and that the breadcrumb leads back to.
    """

    id: str
    name: Text
    path: Text
    nav: int | None = None
    under: str | None = None


PAGES: tuple[Page, ...] = (
    Page("overview", Text(it="Panoramica", en="Overview"), Text(it="/", en="/"), nav=1),
    Page("plan", Text(it="Piano", en="Plan"), Text(it="/piano", en="/plan"), nav=2),
    Page(
        "connections",
        Text(it="Legami fra le azioni", en="Connections between actions"),
        Text(it="/piano/legami", en="/plan/connections"),
        under="plan",
    ),
    Page(
        "defects",
        Text(it="Difetti del documento", en="Defects of the document"),
        Text(it="/piano/difetti", en="/plan/defects"),
        under="plan",
    ),
    Page(
        "axis",
        Text(it="Asse", en="Axis"),
        Text(it="/piano/{code:axis}", en="/plan/{code:axis}"),
        under="plan",
    ),
    Page(
        "strategy",
        Text(it="Strategia", en="Strategy"),
        Text(it="/piano/{code:strategy}", en="/plan/{code:strategy}"),
        under="plan",
    ),
    Page(
        "action",
        Text(it="Azione", en="Action"),
        Text(it="/piano/{code:action}", en="/plan/{code:action}"),
        under="plan",
    ),
    Page("territory", Text(it="Territorio", en="Territory"), Text(it="/territorio", en="/territory"), nav=3),
    Page("atlas", Text(it="Atlante", en="Atlas"), Text(it="/atlante", en="/atlas"), nav=4),
    Page(
        "reading",
        Text(it="Lettura", en="Reading"),
        Text(it="/atlante/{measure}", en="/atlas/{measure}"),
        under="atlas",
    ),
    Page("reach", Text(it="Raggiungi", en="Reach"), Text(it="/raggiungi", en="/reach"), nav=5),
    Page("equity", Text(it="Equità", en="Equity"), Text(it="/equita", en="/equity"), nav=6),
    Page("scenarios", Text(it="Scenari", en="Scenarios"), Text(it="/scenari", en="/scenarios"), nav=7),
    Page(
        "scenario",
        Text(it="Scenario", en="Scenario"),
        Text(it="/scenari/{scenario}", en="/scenarios/{scenario}"),
        under="scenarios",
    ),
    Page(
        "scenario_new",
        Text(it="Nuovo scenario", en="New scenario"),
        Text(it="/nuovo-scenario", en="/new-scenario"),
        under="scenarios",
    ),
    Page(
        "scenario_edit",
        Text(it="Bozza di uno scenario", en="Draft of a scenario"),
        Text(it="/scenari/{scenario}/modifica", en="/scenarios/{scenario}/edit"),
        under="scenarios",
    ),
    Page("siting", Text(it="Dove metterlo", en="Where to put it"), Text(it="/dove", en="/where"), nav=8),
    Page(
        "siting_answer",
        Text(it="Risposta", en="Answer"),
        Text(it="/dove/{answer}", en="/where/{answer}"),
        under="siting",
    ),
    Page(
        "portfolio",
        Text(it="Quali azioni prima?", en="Which actions first?"),
        Text(it="/priorita", en="/priorities"),
        under="scenarios",
    ),
    Page("places", Text(it="Luoghi", en="Places"), Text(it="/luoghi", en="/places"), nav=9),
    Page(
        "place",
        Text(it="Luogo", en="Place"),
        Text(it="/luoghi/{place}", en="/places/{place}"),
        under="places",
    ),
    Page(
        "ranking", Text(it="Classifica", en="Ranking"), Text(it="/classifica", en="/ranking"), under="places"
    ),
    Page(
        "compare", Text(it="Confronto", en="Comparison"), Text(it="/confronto", en="/compare"), under="places"
    ),
    Page("data", Text(it="Dati", en="Data"), Text(it="/dati", en="/data"), nav=10),
    Page(
        "changes", Text(it="Cambiamenti", en="Changes"), Text(it="/cambiamenti", en="/changes"), under="data"
    ),
    Page("method", Text(it="Metodo", en="Method"), Text(it="/metodo", en="/method"), nav=11),
    Page(
        "published",
        Text(it="Le cifre del piano", en="The plan's figures"),
        Text(it="/metodo/cifre-del-piano", en="/method/plan-figures"),
        under="method",
    ),
    Page("about", Text(it="Informazioni", en="About"), Text(it="/informazioni", en="/about")),
)

BY_ID: dict[str, Page] = {page.id: page for page in PAGES}


class _Code(Convertor[str]):
    """A code of the plan in a path, of one depth only, so that 3, 3.2 and 3.2.1 are three kinds of page."""

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Axis(_Code):
    regex = r"[0-9]{1,3}"


class _Strategy(_Code):
    regex = r"[0-9]{1,3}\.[0-9]{1,3}"


class _Action(_Code):
    regex = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"


register_url_convertor("axis", _Axis())
register_url_convertor("strategy", _Strategy())
register_url_convertor("action", _Action())


def template_path(page: Page, language: str) -> str:
    """The path of a page in one language with its parameters still in braces, as routing takes it."""
    return f"/{language}{page.path.get(language)}"


def page_path(
    page_id: str, language: str, query: Mapping[str, str] | None = None, /, **parameters: str
) -> str:
    """The address of a page in one language, with a query if given.

    >>> page_path("action", "it", code="3.2.1")
    '/it/piano/3.2.1'
    """
    parts = []
    for part in template_path(BY_ID[page_id], language).split("/"):
        name = part.strip("{}").split(":")[0] if part.startswith("{") else None
        parts.append(part if name is None else quote(parameters[name], safe=""))
    return "/".join(parts) + (f"?{urlencode(query)}" if query else "")
