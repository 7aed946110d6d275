# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The method: how each measure is made, what the statuses mean, sources and licences, what this build is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from aumenta.store.manifest import SourceEntry
from aumenta.twin.facade import Twin
from aumenta.values.model import STATUSES, Indicator
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.note_words import sentence
from aumenta.web.sheet import safe_link
from aumenta.web.site import Site
from aumenta.web.territory_index import MEASURES as ORDER
from aumenta.web.words import STATUSES as STATUS_WORDS
from aumenta.web.words import measure_name


@dataclass(frozen=True)
class Method:
    """What the page shows, prepared at start."""

    measures: tuple[tuple[str, tuple[Indicator, ...]], ...]
    shares: Mapping[str, float]
    rows: int
    sources: tuple[SourceEntry, ...]
    notes: tuple[Text, ...]


def register(site: Site) -> None:
    """Serve the page."""
    site.page("method", lambda visit: visit.render("method.html", body=body_of(site, visit.language)))
    for language in site.languages.values():
        site.later(partial(body_of, site, language))


def method_of(twin: Twin) -> Method:
    """Indicators by measure, how many values have each status, and the sources."""
    groups: dict[str, list[Indicator]] = {}
    for indicator in twin.indicators.values():
        groups.setdefault(indicator.measure, []).append(indicator)
    statuses = twin.values()["status"].value_counts()
    rows = int(statuses.sum())
    shares: dict[str, float] = {}
    if rows:
        shares = {status: float(statuses.get(status, 0)) / rows for status in STATUSES}
    order = {measure: number for number, measure in enumerate(ORDER)}
    measures = tuple(
        (measure, tuple(own))
        for measure, own in sorted(groups.items(), key=lambda pair: order.get(pair[0], len(order)))
    )
    network = twin.manifest.network
    notes = [*twin.manifest.notes, *(network.notes if network else [])]
    said = tuple(sentence(note) for note in notes)
    return Method(measures, shares, rows, tuple(twin.sources.values()), said)


def body_of(site: Site, language: Language) -> Markup:
    """The whole page below its head, written once a language."""
    return site.once(f"method-body/{language.code}", lambda: Markup(_body(site, language)))  # noqa: S704 - own template


def _body(site: Site, language: Language) -> str:
    manifest, method = site.twin.manifest, site.once("method", lambda: method_of(site.twin))
    context = {
        "method": method,
        "notes": method.notes,
        "manifest": manifest,
        "sources": site.twin.sources,
        "status_words": STATUS_WORDS,
        "measure": partial(measure_name, language=language),
        "readings": {one.id for one in manifest.measures},
        "safe_link": safe_link,
    }
    return site.templates.render_plain("partials/method_body.html", language.code, context)
