# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The report of a place as one HTML document, and as a PDF/UA of two pages; no clock in it: same build, same bytes."""

from __future__ import annotations

import atexit
import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aumenta import __version__
from aumenta.errors import AumentaError, Problem
from aumenta.publish import report_parts as parts
from aumenta.publish.report_data import WIDTH, Place, Shared, chosen, share
from aumenta.publish.report_words import Words
from aumenta.twin.facade import Twin

TEMPLATES = Path(__file__).resolve().parent / "templates"
#: The font of the pages, where the front-end packages were fetched; else the system's sans serif.
FONTS = TEMPLATES.parents[1] / "web" / "static" / "vendor" / "bootstrap-italia" / "fonts"
_FACES = ((400, "titillium-regular.woff2"), (600, "titillium-600.woff2"), (700, "titillium-700.woff2"))
#: Pages of a report; rows of readings and actions are left out, counted, until it fits.
PAGES = 2
_TRIES = ((44, 6), (36, 6), (30, 5), (25, 4), (20, 3), (15, 2), (10, 1))
#: What to install where PDF cannot be made.
BRING = (
    "pip install 'aumenta[report]', and the libraries of docs/report.md "
    "(on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
)


def chosen_places(twin: Twin, wanted: str) -> list[Place]:
    """Places that `all`, an id or a name stands for; `AumentaError` with near names where there is none."""
    return chosen(share(twin), wanted)


def report_html(shared: Shared, place: Place, language: str) -> str:
    """The report as one HTML document that needs no other file."""
    return _html(shared, place, Words(language), *_TRIES[0], paper=False)


def report_pdf(shared: Shared, place: Place, language: str) -> bytes:
    """The report as a tagged PDF (PDF/UA-1) of at most two A4 pages.

    Raises `AumentaError` where WeasyPrint or the libraries that it draws text with are not installed.
    """
    weasyprint = _weasyprint()
    words = Words(language)
    tried: dict[int, Any] = {}

    def fits(number: int) -> bool:
        if number not in tried:
            text = _html(shared, place, words, *_TRIES[number], paper=True)
            tried[number] = weasyprint.HTML(string=text, base_url=str(TEMPLATES)).render(
                stylesheets=[_style()], font_config=_fonts(), pdf_variant="pdf/ua-1"
            )
        return len(tried[number].pages) <= PAGES

    number = longest(fits, len(_TRIES), shared.fitted.get(place.level, 0))
    shared.fitted[place.level] = number
    document = tried[number]
    identifier = f"{shared.twin.build}-{place.id}-{language}".encode()
    found: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return found


def longest(fits: Callable[[int], bool], count: int, start: int) -> int:
    """The first number that fits, where all after one that fits do too; the last where none does.

    Tried from `start` on, wherever it is: the nearer to what is found, the fewer tries.

    >>> longest(lambda number: number >= 3, 7, 5)
    3
    """
    number = start
    while number < count - 1 and not fits(number):
        number += 1
    if number == start:
        while number > 0 and fits(number - 1):
            number -= 1
    fits(number)  # where the last is not asked above
    return number


def can_pdf() -> bool:
    """Whether WeasyPrint and the libraries that it draws text with are there; loads them."""
    try:
        _weasyprint()
    except AumentaError:
        return False
    return True


def _html(shared: Shared, place: Place, words: Words, rows: int, actions: int, paper: bool) -> str:
    readings, more = parts.readings(shared, place, words, rows)
    acts, more_acts = parts.actions(shared, place, words)
    more_acts += max(0, len(acts) - actions)
    manifest = shared.twin.manifest
    zone, band = shared.places.get(place.zone or ""), shared.places.get(place.band or "")
    text: str = _template().render(
        t=words,
        paper=paper,
        css=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        place=place,
        belongs=[
            words("zone")
            + " "
            + zone.name
            + (f" ({words('inferred')})" if place.membership == "inferred" else "")
            if zone
            else "",
            f"{words('band')}: {words.band(band.id, band.name).lower()}" if band else "",
            words("of_municipalities", len(shared.members(place))) if place.level == "zone" else "",
        ],
        pack=words.text(manifest.pack.name),
        plan=words.text(shared.twin.plan.about.title) if shared.twin.has_plan else "",
        facts=parts.facts(shared, place, words),
        ages=parts.ages(place, words),
        map=_map(shared, place),
        rights=parts.rights(shared, place, words),
        lacking=parts.lacking(shared, place, words),
        nothing_lacking=parts.nothing_lacking(shared, place, words),
        beside=[title for title, _ in parts.larger(shared, place, words)],
        readings=readings,
        more=more,
        actions=acts[:actions],
        more_actions=more_acts,
        not_known=parts.not_known(shared, place, words),
        sources=parts.sources(shared, place, words),
        made=words("made", version=__version__, build=shared.twin.build),
        licence=words("licence", manifest.pack.licence),
    )
    return text


def _map(shared: Shared, place: Place) -> str:
    """The place on the metropolis as an SVG in a data address."""
    zones = "".join(shared.shapes.get(one.id, "") for one in shared.places.values() if one.level == "zone")
    ground = zones or shared.shapes.get(shared.whole.id, "")
    own = shared.shapes.get(place.id, "")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {WIDTH + 8} {shared.height + 8}" '
        f'width="{WIDTH + 8}" height="{shared.height + 8}">'
        f'<path d="{ground}" fill="#eef1f4" stroke="#8a99a8" stroke-width="1"/>'
        f'<path d="{own}" fill="#0066cc" stroke="#17324d" stroke-width="1.2"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _weasyprint() -> Any:
    """WeasyPrint, or what to install."""
    try:
        import weasyprint  # noqa: PLC0415 - an extra
    except (ImportError, OSError) as error:
        problem = Problem("WeasyPrint cannot be used", found=str(error).splitlines()[0], expected=BRING)
        raise AumentaError("The report cannot be made as PDF (--format html can).", [problem]) from None
    return weasyprint


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    # Let go while what it cleans up with is still there: at the very end of the process it is not.
    atexit.register(_let_go)
    return FontConfiguration()


def _let_go() -> None:
    _style.cache_clear()
    _fonts.cache_clear()


@cache
def _style() -> Any:
    """The faces of the pages' font, read once."""
    faces = [
        f'@font-face {{ font-family: "Titillium Web"; font-weight: {weight}; src: url("{(FONTS / name).as_uri()}"); }}'
        for weight, name in (
            (400, "titillium-regular.woff2"),
            (600, "titillium-600.woff2"),
            (700, "titillium-700.woff2"),
        )
        if (FONTS / name).is_file()
    ]
    return _weasyprint().CSS(string="\n".join(faces), font_config=_fonts())
